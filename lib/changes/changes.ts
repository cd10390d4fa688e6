/** A value of one side, as it is shown. Numbers keep the digits with which they were recorded. */
export type Side =
  | { is: "absent" }
  | { is: "null" }
  | { is: "text"; text: string }
  | { is: "number"; text: string }
  | { is: "boolean"; text: string }
  /** A whole object or array, where its paths are not listed one by one; `text` is its JSON. */
  | { is: "object" | "array"; text: string }
  /** Bytes over 1 kB: how many, and what their SHA-256 is. */
  | { is: "bytes"; length: number; sha256: string }
  /** Only the first part was recorded of a text of `length` characters. */
  | { is: "cut"; text: string; length: number }
  | { is: "masked" };

/**
 * `type changed`: from one JSON type to another, null apart (null to a value is `added`, to null `removed`).
 * `masked`: it changed, but no value was ever recorded. `recorded`: a flat value, nothing to compare with.
 */
export type ChangeKind =
  | "added"
  | "removed"
  | "changed"
  | "type changed"
  | "unchanged"
  | "masked"
  | "recorded";

/** A piece of a text diff. */
export interface Piece {
  is: "same" | "added" | "removed";
  text: string;
}

export interface ChangeRow {
  field: string;
  /** Inside a JSON value: `["payment", "method"]`, `["tags", "1"]`; empty for the field itself. */
  path: readonly string[];
  kind: ChangeKind;
  before: Side;
  after: Side;
  /** For two texts: words up to 5,000 characters, whole lines beyond. */
  pieces?: { by: "words" | "lines"; parts: readonly Piece[] };
}

/**
 * `none`: no field change was recorded. `values`: flat values, not a comparison. `diff`: before and after.
 * `large`: over 200 fields or 256 kB, only the names and the size.
 */
export type Changes =
  | { is: "none" }
  | { is: "values"; rows: ChangeRow[]; fields: number }
  | { is: "diff"; rows: ChangeRow[]; fields: number }
  | { is: "large"; fields: string[]; bytes: number };
