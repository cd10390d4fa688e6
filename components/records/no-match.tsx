import { Go } from "../ui/go.tsx";
import { type Chip, Chips } from "./chips.tsx";

interface Props {
  noun: { many: string };
  chips: Chip[];
  allTimeHref: string;
}

/** The search ran and nothing fits: what stands in the way, each to be taken out. */
export function NoMatch({ noun, chips, allTimeHref }: Props) {
  const timed = chips.some(({ label }) => label === "Time");
  const inForce = chips.filter(({ ignored }) => !ignored);
  return (
    <div className="empty">
      <h2>
        No {noun.many} match{" "}
        {inForce.length === 0
          ? "this search"
          : inForce.length === 1
            ? "this filter"
            : `these ${inForce.length} filters`}
      </h2>
      <p className="soft">The search ran and found nothing. Remove a filter, or widen the dates.</p>
      <Chips chips={inForce} />
      {timed && (
        <p className="after">
          <Go className="link" href={allTimeHref}>
            Search all time
          </Go>
        </p>
      )}
    </div>
  );
}
