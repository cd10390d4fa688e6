import type { CellProps } from "./cell.ts";
import { Nothing } from "./nothing.tsx";
import { textOf } from "./row.ts";

/** The database holds nothing here that is no address, so it needs no escaping. */
export function AddressCell({ field, row }: CellProps) {
  const address = textOf(row, field.column);
  return address ? <span className="mono">{address}</span> : <Nothing />;
}
