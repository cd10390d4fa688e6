/** A value of one side, as it is shown. Numbers keep the digits with which they were recorded. */
export type Side =
  | { is: "absent" }
  | { is: "null" }
  | { is: "text"; text: string }
  | { is: "number"; text: string }
  | { is: "boolean"; text: string }
  /** A whole object or array, where its paths are not listed one by one; `text` is its JSON. */
  | { is: "json"; text: string }
  | { is: "bytes"; length: number; sha256: string }
  /** Only the first part was recorded of a text of `length` characters. */
  | { is: "cut"; text: string; length: number }
  | { is: "masked" };

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
 * `large`: over 200 fields or 256 KB, only names and sizes.
 */
export type Changes =
  | { is: "none" }
  | { is: "values"; rows: ChangeRow[]; fields: number }
  | { is: "diff"; rows: ChangeRow[]; fields: number }
  | { is: "large"; fields: string[]; bytes: number };
