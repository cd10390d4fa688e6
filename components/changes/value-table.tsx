import type { ChangeRow } from "@/lib/changes/changes.ts";
import { Recorded } from "../ui/recorded.tsx";
import { SideValue } from "./side-value.tsx";

/** Values that were recorded without anything to compare them with. */
export function ValueTable({ rows }: { rows: readonly ChangeRow[] }) {
  return (
    <table className="diff">
      <caption className="sr">Recorded values</caption>
      <colgroup>
        <col className="c-field" />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Recorded value</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.field}>
            <th scope="row" className="f">
              <Recorded text={row.field} />
            </th>
            <td data-l="value">
              <SideValue row={row} side="after" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
