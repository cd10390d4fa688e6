import { Banner } from "../ui/banner.tsx";
import { Icon } from "../ui/icon.tsx";
import { Mark } from "../ui/mark.tsx";
import { PasswordField } from "./password-field.tsx";

interface Props {
  environment: { name: string; note?: string };
  version: string;
  csrfToken: string;
  /** Where a reader who has signed in is led. */
  back: string;
  error?: string;
  notice?: { sentence: string; detail?: string };
}

/** The title page: an ordinary form, sent to next-auth, so that it works without scripting. */
export function SignIn({ environment, version, csrfToken, back, error, notice }: Props) {
  const { name, note } = environment;
  return (
    <div className="cover">
      <main id="main">
        <h1 className="mark">
          <Mark />
          Annals
        </h1>
        <hr className="dbl" />
        <p className="soft">
          Audit records of <b>{name}</b>
          {note && `, ${note}`}.
        </p>
        {notice && (
          <Banner look="info" icon="clock">
            <p>{notice.sentence}</p>
            {notice.detail && <p>{notice.detail}</p>}
          </Banner>
        )}
        <form action="/api/auth/callback/credentials" method="post">
          <input type="hidden" name="csrfToken" value={csrfToken} />
          <input type="hidden" name="callbackUrl" value={back} />
          <div className="field">
            <label htmlFor="username">Username</label>
            <input
              id="username"
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              required
              // biome-ignore lint/a11y/noAutofocus: signing in is all that this page is for
              autoFocus
            />
          </div>
          <div className="field">
            <label htmlFor="password">Password</label>
            <PasswordField invalid={error !== undefined} />
            {error && (
              <p className="err-t" id="sign-in-error" role="alert">
                <Icon name="circle-alert" small />
                {error}
              </p>
            )}
          </div>
          <button className="btn primary big" type="submit">
            Sign in
          </button>
        </form>
        <p className="after">Each attempt is recorded with its address and outcome.</p>
      </main>
      <footer>Annals {version}</footer>
    </div>
  );
}
