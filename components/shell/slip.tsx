import { HiddenParams } from "../records/hidden-params.tsx";
import { Icon } from "../ui/icon.tsx";
import { Recorded } from "../ui/recorded.tsx";

interface Props {
  who: { label: string; username: string; role: string };
  themes: { name: string; label: string; current: boolean }[];
  /** Path and query of this page. */
  back: string;
  zone: { action: string; current: string; params: readonly (readonly [string, string])[] };
  csrfToken: string;
}

/** What a reader can set, and the way out. Ordinary forms. */
export function Slip({ who, themes, back, zone, csrfToken }: Props) {
  return (
    <>
      <section>
        <p className="name">
          <Recorded text={who.label} />
        </p>
        <p className="dim">
          <Recorded text={who.username} />, {who.role}
        </p>
      </section>
      <section>
        <h2 id="theme-h">Theme</h2>
        <form action="/preferences" method="post">
          <input type="hidden" name="back" value={back} />
          <fieldset className="seg" aria-labelledby="theme-h">
            {themes.map(({ name, label, current }) => (
              <button key={name} type="submit" name="theme" value={name} aria-pressed={current}>
                {label}
              </button>
            ))}
          </fieldset>
        </form>
      </section>
      <section>
        <h2>
          <label htmlFor="zone">Time zone</label>
        </h2>
        <form action={zone.action} className="row">
          <HiddenParams params={zone.params} />
          <input
            id="zone"
            name="tz"
            defaultValue={zone.current}
            placeholder="Europe/Paris"
            autoComplete="off"
          />
          <button className="btn" type="submit">
            Set
          </button>
        </form>
      </section>
      <form action="/api/auth/signout" method="post" className="last">
        <input type="hidden" name="csrfToken" value={csrfToken} />
        <input type="hidden" name="callbackUrl" value="/login?out=1" />
        <button className="btn wide" type="submit">
          <Icon name="log-out" />
          Sign out
        </button>
      </form>
    </>
  );
}
