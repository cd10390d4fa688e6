/** A record by column name, as `RecordRow`: numbers of 64 bits, instants and JSON are text. */
export type Row = Readonly<Record<string, unknown>>;

/** The text of a column, `''` where it is empty. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : Array.isArray(value) ? value.join(", ") : String(value);
}
