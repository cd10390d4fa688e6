import type { ChangeRow } from "@/lib/changes/changes.ts";

export interface FieldRows {
  field: string;
  /** The field itself; absent where only paths inside it are told. */
  whole?: ChangeRow;
  /** Those that changed. */
  paths: ChangeRow[];
  /** How many stayed as they were. */
  unchanged: number;
}

/** The rows of each field together, in the order in which the fields come. */
export function groupRows(rows: readonly ChangeRow[]): FieldRows[] {
  const byField = new Map<string, FieldRows>();
  for (const row of rows) {
    const group = byField.get(row.field) ?? { field: row.field, paths: [], unchanged: 0 };
    if (row.path.length === 0) group.whole = row;
    else if (row.kind === "unchanged") group.unchanged += 1;
    else group.paths.push(row);
    byField.set(row.field, group);
  }
  return [...byField.values()];
}
