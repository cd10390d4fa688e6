import Form from "next/form";
import { Go } from "../ui/go.tsx";
import { Icon } from "../ui/icon.tsx";
import { HiddenParams } from "./hidden-params.tsx";

interface Props {
  /** "last 7 days" */
  note?: string;
  presets: { label: string; href: string; current: boolean }[];
  action: string;
  params: readonly (readonly [string, string])[];
  zone: string;
  /** On the clocks of the zone, as `datetime-local` wants them; `''` for no bound. */
  from: string;
  to: string;
}

/** The window: usual ones by link, any other by two moments on the clocks of the zone. */
export function TimeFilter({ note, presets, action, params, zone, from, to }: Props) {
  return (
    <details className="facet">
      <summary>
        Time
        {note && <small>{note}</small>}
        <Icon name="chevron-down" />
      </summary>
      <ul>
        {presets.map(({ label, href, current }) => (
          <li key={label} className={current ? "on" : ""}>
            {current && <Icon name="check" />}
            <Go href={href} scroll={false} aria-current={current || undefined}>
              {label}
            </Go>
          </li>
        ))}
      </ul>
      <Form action={action} className="typed" prefetch={false} scroll={false}>
        <HiddenParams params={params} />
        <label key={`from=${from}`}>
          <span>From ({zone})</span>
          <input type="datetime-local" name="from" defaultValue={from} step="1" />
        </label>
        <label key={`to=${to}`}>
          <span>Until ({zone})</span>
          <input type="datetime-local" name="to" defaultValue={to} step="1" />
        </label>
        <button className="btn small" type="submit">
          Apply
        </button>
      </Form>
    </details>
  );
}
