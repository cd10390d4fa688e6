/**
 * What one URL parameter asks of one field: any of `values` or `words` or, negated, none of them.
 * `words` are reserved (`none`, `unattributed`), so that an actor whose id is "none" can still be named.
 */
export interface Filter {
  negated: boolean;
  /** Canonical values, sorted, without duplicates. */
  values: readonly string[];
  words: readonly Word[];
}

/** `none`: the field is empty. `unattributed` (actors): known by the database role at most. */
export type Word = "none" | "unattributed";
