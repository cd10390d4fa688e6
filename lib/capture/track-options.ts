import type { CapturedAction } from "./policy.ts";

/** What to track, and how. An option that is left out keeps what was chosen before. */
export interface TrackOptions {
  /** Names as SQL has them: `orders`, `shop.orders`, `"Order Lines"`. */
  tables: readonly string[];
  /** Only tell the statements, change nothing. */
  print?: boolean;
  /** Columns whose values must never leave the table, beside those on the deny-list. */
  masked?: readonly string[];
  /** Columns on the deny-list that hold no secret after all. */
  revealed?: readonly string[];
  /** Columns that are not captured at all; a change of them alone leaves no event. */
  ignored?: readonly string[];
  /** The column that names an object to a reader; by default name, title, number, … whichever is there. '' for none. */
  label?: string;
  /** Name of the objects in the audit log; by default the table's, with its schema unless that is public. */
  as?: string;
  skipActions?: readonly CapturedAction[];
  /** How long to wait for locks, in milliseconds. Writers are let through meanwhile. Default one minute. */
  patienceMs?: number;
}
