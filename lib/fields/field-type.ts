/**
 * The closed set of field types. A new one does not compile until it has a codec (`codecs.ts`), a condition
 * (`lib/query/conditions.ts`) and a cell (`components/fields`).
 */
export const fieldTypes = [
  "time",
  "actor",
  "object",
  "choice",
  "text",
  "code",
  "address",
  "count",
  "bytes",
  "flag",
  "changes",
] as const;

export type FieldType = (typeof fieldTypes)[number];
