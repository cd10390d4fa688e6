import type { ReactNode } from "react";
import { Go } from "../ui/go.tsx";

interface Props {
  count: number;
  clearHref: string;
  children: ReactNode;
}

/** The filters: open in the margin; at hand width a slip that the button in the frame opens. */
export function FilterFrame({ count, clearHref, children }: Props) {
  return (
    <section className="filters" id="filters" popover="auto" aria-label="Filters">
      <div className="facets-h">
        <h2>Filters</h2>
        {count > 0 && (
          <Go className="link" href={clearHref} scroll={false}>
            Clear {count}
          </Go>
        )}
      </div>
      {children}
    </section>
  );
}
