import { type SQL, sql } from "drizzle-orm";
import type { Definition } from "../records/define.ts";
import { columnOf, ofRow } from "./tables.ts";

/** `a "b c"`: a word and a phrase. */
export function wordsOf(q: string): string[] {
  return [...q.matchAll(/"([^"]+)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? "");
}

/**
 * A word of the free text: it must occur in whichever of the searched columns, without regard to case. One of
 * one or two letters must begin a word there: found anywhere, it would stand in nearly every row, and no index
 * knows so short a text.
 */
export function wordCondition(definition: Definition, word: string): SQL {
  const part = escapeLike(word);
  if (!isShort(word)) return matches(definition, `%${part}%`);
  return sql`(${matches(definition, `${part}%`)} OR ${matches(definition, `% ${part}%`)})`;
}

/** The searched columns hold this text, literally and without regard to case. */
export function occurs(definition: Definition, text: string): SQL {
  return matches(definition, `%${escapeLike(text)}%`);
}

/**
 * Whether the trigram index can look for this word. It knows runs of three letters or digits; what a letter is
 * beyond ASCII depends on the database (`allLetters`). A word without any would make it read all it has.
 */
export function hasTrigram(word: string, allLetters: boolean): boolean {
  return isShort(word) || (allLetters ? /[\p{L}\p{N}]{3}/u : /[A-Za-z0-9]{3}/).test(word);
}

function isShort(word: string): boolean {
  return /^[A-Za-z0-9]{1,2}$/.test(word);
}

function matches(definition: Definition, pattern: string): SQL {
  return sql`lower(${searchText(definition)}) LIKE lower(${pattern})`;
}

/** One text of all searched columns. An index on this very expression serves it. */
function searchText(definition: Definition): SQL {
  const columns = definition.search.map(
    (name) => sql`coalesce(${ofRow(columnOf(definition.kind, name))}, '')`,
  );
  return sql.join(columns, sql` || ' ' || `);
}

/** `%`, `_` and `\` mean themselves. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
