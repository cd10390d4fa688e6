import type { ReactNode } from "react";
import { Go } from "../ui/go.tsx";

export interface Relaxation {
  /** "Search all time", "Without actor" */
  label: string;
  href: string;
  /** How many that would find, when it is known. */
  count: ReactNode;
}

interface Props {
  noun: { many: string };
  /** How many filters stand in the way. */
  filters: number;
  relaxations: Relaxation[];
}

/** The search ran and nothing fits: what each step back would find. */
export function NoMatch({ noun, filters, relaxations }: Props) {
  const what = filters === 0 ? "this search" : filters === 1 ? "this filter" : `these ${filters} filters`;
  return (
    <div className="empty">
      <h2>
        No {noun.many} match {what}
      </h2>
      <p className="soft">The search ran and found nothing. Remove a filter, or widen the dates.</p>
      {relaxations.length > 0 && (
        <table className="mini">
          <caption className="sr">What would match</caption>
          <tbody>
            {relaxations.map(({ label, href, count }) => (
              <tr key={label}>
                <td>
                  <Go className="link" href={href}>
                    {label}
                  </Go>
                </td>
                <td className="num">{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
