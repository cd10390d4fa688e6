import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Field } from "../fields/field.ts";
import type { FieldType } from "../fields/field-type.ts";
import type { Filter } from "../fields/filter.ts";
import type { Definition, Kind } from "../records/define.ts";
import { list } from "./conditions.ts";
import { type Confined, ofTenants } from "./confine.ts";
import type { Extent } from "./reach.ts";
import { filterFields } from "./search-params.ts";
import { escapeLike, hasTrigram, occurs, wordCondition, wordsOf } from "./search-text.ts";
import { columnOf, ofRow } from "./tables.ts";

/**
 * A condition that an index answers and that every row of the search fulfils: it narrows the search down, and
 * the filters themselves decide.
 */
export interface Narrow {
  sql: SQL;
  /** Only the index over the small facets and the searched text can answer it. */
  needsFind: boolean;
  /** All values but some: worth a look into the index only when nothing else narrows the search. */
  wide: boolean;
}

/** Columns with an index of their own; of hashes, their first 16 letters. All others are in the one index. */
const ownIndex: Readonly<Record<string, "whole" | "head">> = {
  ip: "whole",
  object_id: "whole",
  request_id: "whole",
  session_hash: "head",
  sha256: "head",
  trace_id: "whole",
  username: "whole",
};
const head = 16;

const longRun = 5;

/** Rewritten at every repetition of an event, so no index holds it: each would have to follow. */
const unindexed = "occurrences";

/** What indexes can say of a search; empty when they cannot help. `allLetters`: see `hasTrigram`. */
function narrowsOf(definition: Definition, search: Confined, allLetters: boolean): Narrow[] {
  const fields = filterFields(definition);
  const filters = Object.entries(search.filters).flatMap(([param, filter]) => {
    const field = fields.get(param);
    if (!field || field.column === unindexed) return [];
    if (field.match === "contains") return contained(definition, field, filter, allLetters);
    const narrow: ByType = byType[field.type];
    const needsFind = !(field.column in ownIndex);
    return narrow(definition.kind, field, filter).map((one) => ({ ...one, needsFind }));
  });
  const words = wordsOf(search.q)
    .filter((word) => hasTrigram(word, allLetters))
    .flatMap((word) => partsToFind(definition, word, allLetters));
  const parts = [...ofTenants(definition.kind, search.tenants), ...words];
  return [...filters, ...parts.map((part) => ({ sql: part, needsFind: true, wide: false }))];
}

/** What to ask the indexes: what narrows well, and with it, where that is too little, what narrows badly. */
export function narrowingsOf(
  definition: Definition,
  search: Confined,
  extent: Pick<Extent, "allLetters" | "indexed">,
): SQL[][] {
  const known = narrowsOf(definition, search, extent.allLetters).filter(
    ({ needsFind }) => extent.indexed || !needsFind,
  );
  const tight = known.filter(({ wide }) => !wide);
  const both = [tight, tight.length < known.length ? known : []];
  return both.filter((some) => some.length > 0).map((some) => some.map((narrow) => narrow.sql));
}

/**
 * What the trigram index is to look for. Of a number such as INV-2026-0000123 the long run tells all, and the
 * short ones, a prefix and a year, stand in every other row: to go through their lists took ten times as long.
 */
function partsToFind(definition: Definition, word: string, allLetters: boolean): SQL[] {
  const runs = word.match(allLetters ? /[\p{L}\p{N}]+/gu : /[A-Za-z0-9]+/g) ?? [];
  const long = runs.filter((run) => run.length >= longRun);
  if (runs.length < 2 || long.length === 0) return [wordCondition(definition, word)];
  return long.map((run) => occurs(definition, run));
}

type Part = Omit<Narrow, "needsFind">;
type ByType = (kind: Kind, field: Field, filter: Filter) => Part[];

const tight = (parts: readonly SQL[]): Part[] => [{ sql: anyOf(parts), wide: false }];
const wide = (parts: readonly SQL[]): Part[] => [{ sql: anyOf(parts), wide: true }];

const byValue: ByType = (kind, field, filter) => {
  const key = keyOf(columnOf(kind, field.column));
  const whole = vocabularyOf(field);
  if (!filter.negated) return tight(same(key, filter, field.match === "prefix"));
  return whole ? tight(equal(key, complement(whole, filter))) : others(key, filter);
};

const byType = {
  // No time but that of the record can be filtered, and that is its window.
  time: () => [],
  actor(kind, field, filter) {
    const { negated, values, words } = filter;
    const known = filter.words.includes("unattributed") ? ["claimed", "session", "token"] : [];
    const attribution = columnOf(kind, "attribution");
    const plain = { ...filter, words: words.filter((word) => word !== "unattributed") };
    const named = values.length + plain.words.length > 0;
    const key = keyOf(columnOf(kind, field.column));
    if (negated) {
      return [
        ...(known.length > 0 ? tight([sql`${ofRow(attribution)} IN (${list(known)})`]) : []),
        ...(named ? others(key, plain) : []),
      ];
    }
    const unknown = sql`${ofRow(attribution)} IN ('database_role', 'none')`;
    return tight([...(named ? same(key, plain, false) : []), ...(known.length > 0 ? [unknown] : [])]);
  },
  object: byValue,
  choice: byValue,
  text: byValue,
  code: byValue,
  address(kind, field, { negated, values, words }) {
    const column = ofRow(columnOf(kind, field.column));
    const none = words.includes("none");
    if (!negated) {
      const parts = values.map((value) => {
        const { first, last } = networkOf(value);
        return value.includes("/")
          ? sql`(${column} >= ${first} AND ${column} <= ${last})`
          : sql`${column} = ${value}::inet`;
      });
      return tight(none ? [sql`${column} IS NULL`, ...parts] : parts);
    }
    // A row without an address is neither before a network nor behind it.
    const empty = none ? [] : [sql`${column} IS NULL`];
    const outside = values.flatMap((value) => {
      const { first, last } = networkOf(value);
      return wide([sql`${column} < ${first}`, sql`${column} > ${last}`, ...empty]);
    });
    return values.length > 0 ? outside : wide([sql`${column} IS NOT NULL`]);
  },
  count: atLeast,
  bytes: atLeast,
  flag(kind, field, { negated, values }) {
    const wanted = ["0", "1"].filter((value) => values.includes(value) !== negated);
    // As a number: until PostgreSQL 15, `= true` on a column is simplified out of the sight of a GIN index.
    const column = sql`${ofRow(columnOf(kind, field.column))}::integer`;
    return tight(wanted.map((value) => sql`${column} = ${sql.raw(value)}`));
  },
  changes(kind, field, { negated, values, words }) {
    if (negated) return [];
    const names = ofRow(columnOf(kind, field.parts?.[0] ?? field.column));
    const some = values.length > 0 ? [sql`${names} && ARRAY[${list(values)}]::text[]`] : [];
    return tight(words.includes("none") ? [...some, sql`${names} = '{}'`] : some);
  },
} as const satisfies Record<FieldType, ByType>;

/** A text within a column that the free text searches too. */
function contained(
  definition: Definition,
  field: Field,
  { negated, values, words }: Filter,
  allLetters: boolean,
): Narrow[] {
  const isSearched = definition.search.includes(field.column);
  const isKnown = values.every((value) => hasTrigram(value, allLetters) && value.length > 2);
  if (negated || words.length > 0 || !isSearched || !isKnown) return [];
  const parts = values.map((value) => occurs(definition, value));
  return [{ sql: anyOf(parts), needsFind: true, wide: false }];
}

/** How an index sees a column. */
interface Key {
  value: SQL;
  /** NULL is kept apart; else it counts as ''. */
  nulls: boolean;
  /** Longer values are known by their beginning only. */
  length?: number;
}

function keyOf(column: PgColumn): Key {
  const own = ownIndex[column.name];
  const value = ofRow(column);
  if (own === "head")
    return { value: sql`left(${value}, ${sql.raw(String(head))})`, nulls: true, length: head };
  if (own === "whole" || column.notNull) return { value, nulls: !column.notNull };
  return { value: sql`coalesce(${value}, '')`, nulls: false };
}

function same(key: Key, { values, words }: Filter, prefix: boolean): SQL[] {
  const { value, length = Number.POSITIVE_INFINITY } = key;
  const known = [...(words.includes("none") ? [""] : []), ...values];
  if (!prefix) return equal(key, known);
  const whole = known.filter((text) => text === "" || text.length >= length);
  const parts = known.filter((text) => text !== "" && text.length < length);
  return [
    ...(whole.length > 0 ? equal(key, whole) : []),
    ...parts.map((text) => sql`${value} LIKE ${`${escapeLike(text)}%`}`),
  ];
}

function equal({ value, nulls, length }: Key, values: readonly string[]): SQL[] {
  const cut = values.map((text) => [...text].slice(0, length).join(""));
  // An empty list finds nothing, as it should: every value of a closed vocabulary may be excluded.
  const among = cut.length > 0 ? sql`${value} IN (${list(cut)})` : sql`${value} = ANY ('{}')`;
  return nulls && values.includes("") ? [among, sql`${value} IS NULL`] : [among];
}

/** All but these values: the gaps between them. In whatever order they come, the gaps cover all else. */
function others({ value, nulls, length }: Key, { values, words }: Filter): Part[] {
  const excluded = [...(words.includes("none") ? [""] : []), ...values];
  // What begins like an excluded value may be another.
  if (length !== undefined) return words.includes("none") ? wide([sql`${value} IS NOT NULL`]) : [];
  const gaps = excluded.map((text, at) => {
    const after = sql`${value} > ${text}`;
    const next = excluded[at + 1];
    return next === undefined ? after : sql`(${after} AND ${value} < ${next})`;
  });
  const first = sql`${value} < ${excluded[0]}`;
  return wide(nulls && !words.includes("none") ? [first, ...gaps, sql`${value} IS NULL`] : [first, ...gaps]);
}

/** All values of a closed list, with '' for none. */
function vocabularyOf({ choices, open, optional }: Field): string[] | undefined {
  if (!choices || open) return undefined;
  return [...Object.keys(choices), ...(optional ? [""] : [])];
}

function complement(vocabulary: readonly string[], { values, words }: Filter): string[] {
  return vocabulary.filter((value) => !(value === "" ? words.includes("none") : values.includes(value)));
}

function atLeast(kind: Kind, field: Field, { values }: Filter): Part[] {
  const column = ofRow(columnOf(kind, field.column));
  return tight(values.map((value) => sql`${column}::bigint >= ${value}::bigint`));
}

function networkOf(value: string): { first: SQL; last: SQL } {
  const network = sql`${value}::inet`;
  const bits = value.includes(":") ? "128" : "32";
  return {
    first: sql`network(${network})::inet`,
    last: sql`set_masklen(broadcast(${network}), ${sql.raw(bits)})`,
  };
}

function anyOf(parts: readonly SQL[]): SQL {
  return parts.length === 0 ? sql`false` : sql`(${sql.join([...parts], sql` OR `)})`;
}
