import type { ChangeRow } from "@/lib/changes/changes.ts";

export interface FieldRows {
  field: string;
  /** The field itself; absent where only paths inside it are told. */
  whole?: ChangeRow;
  paths: ChangeRow[];
}

/** The rows of each field together, in the order in which the fields come. */
export function groupRows(rows: readonly ChangeRow[]): FieldRows[] {
  const byField = new Map<string, FieldRows>();
  for (const row of rows) {
    const group = byField.get(row.field) ?? { field: row.field, paths: [] };
    if (row.path.length === 0) group.whole = row;
    else group.paths.push(row);
    byField.set(row.field, group);
  }
  return [...byField.values()];
}
