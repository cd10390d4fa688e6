import { Go } from "../ui/go.tsx";
import { Icon } from "../ui/icon.tsx";
import { Recorded } from "../ui/recorded.tsx";
import type { FilterWords } from "./describe-filter.ts";

export interface Chip extends FilterWords {
  negated?: boolean;
  /** It was asked for and not applied. */
  ignored?: boolean;
  /** The list without it. */
  removeHref: string;
}

/** The filters in force, each with a way to be rid of it. */
export function Chips({ chips, clearHref }: { chips: Chip[]; clearHref?: string }) {
  if (chips.length === 0) return null;
  return (
    <ul className="chips" aria-label="Filters in force">
      {chips.map((chip) => (
        <li
          key={`${chip.label} ${chip.operator} ${chip.value}`}
          className={chip.ignored ? "chip bad" : "chip"}
        >
          <span>{chip.label}</span>
          {chip.operator && (chip.negated ? <em>{chip.operator}</em> : <span>{chip.operator}</span>)}
          <b title={chip.title}>
            <Recorded text={chip.value} />
            {chip.ignored && ", ignored"}
          </b>
          <Go
            className="ib"
            href={chip.removeHref}
            aria-label={`Remove filter: ${chip.label}`}
            scroll={false}
          >
            <Icon name="x" small />
          </Go>
        </li>
      ))}
      {clearHref && (
        <li>
          <Go className="link clear" href={clearHref} scroll={false}>
            Clear all
          </Go>
        </li>
      )}
    </ul>
  );
}
