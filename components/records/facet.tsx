import { groupDigits } from "../fields/figures.ts";
import { Go } from "../ui/go.tsx";
import { Icon } from "../ui/icon.tsx";
import { Recorded } from "../ui/recorded.tsx";
import type { FacetLine } from "./facet-lines.ts";

const looks = { free: "", in: "on", out: "off" } as const;

interface Props {
  label: string;
  /** "2 chosen" */
  note?: string;
  lines: FacetLine[];
  /** There are more values than these. */
  more: boolean;
  /** There are too many events to count. */
  uncounted?: boolean;
}

/** One field to filter by, with its values and how often each occurs. */
export function Facet({ label, note, lines, more, uncounted = false }: Props) {
  return (
    <details className="facet" open={lines.length > 0}>
      <summary>
        {label}
        {note && <small>{note}</small>}
        <Icon name="chevron-down" />
      </summary>
      <ul>
        {lines.map((line) => (
          <Line key={`${line.label} ${line.href}`} line={line} />
        ))}
      </ul>
      {uncounted && <p>Too many to count here: choose a shorter time or fewer filters.</p>}
      {lines.length === 0 && !uncounted && <p>None in this time.</p>}
      {more && !uncounted && <p>The 20 most frequent are shown.</p>}
    </details>
  );
}

function Line({ line: { label, count, state, href, excludeHref } }: { line: FacetLine }) {
  return (
    <li className={looks[state]}>
      {state !== "free" && <Icon name={state === "in" ? "check" : "ban"} />}
      <Go href={href} scroll={false} title={state === "out" ? `${label}: left out` : label}>
        {state !== "free" && <span className="sr">{state === "in" ? "Chosen: " : "Left out: "}</span>}
        <Recorded text={label} />
      </Go>
      <span>{groupDigits(count)}</span>
      {state === "free" ? (
        excludeHref && (
          <Go className="ib" href={excludeHref} scroll={false} aria-label={`Leave out ${label}`}>
            <Icon name="minus" small />
          </Go>
        )
      ) : (
        <Go className="ib" href={href} scroll={false} aria-label={`Remove filter on ${label}`}>
          <Icon name="x" small />
        </Go>
      )}
    </li>
  );
}
