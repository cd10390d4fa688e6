import { type DriverQuery, isDriverQuery } from "./driver.ts";

const writes = new Set(["insert", "update", "delete", "merge", "call", "truncate", "do"]);

/**
 * The keyword that makes a statement a write, or undefined for what passes untouched. A `with` counts when the
 * text has a writing word anywhere; reading functions that write (`select pay_out(7)`) are not seen.
 *
 * @param text the statement, or its first part when the rest is parameters and fragments
 * @param rest the parts that follow it
 */
export function writingKeyword(text: string, rest: readonly string[] = []): string | undefined {
  const word = firstWord(text);
  if (writes.has(word)) return word;
  const isWriting =
    word === "with" && [text, ...rest].some((part) => /\b(?:insert|update|delete|merge)\b/i.test(part));
  return isWriting ? "with" : undefined;
}

/** The same for a statement of postgres.js, which may begin with a fragment: ``sql`${insert} returning id` ``. */
export function writingKeywordOf(query: DriverQuery): string | undefined {
  const [first = "", ...rest] = texts(query);
  return writingKeyword(first, rest);
}

function texts(query: DriverQuery): string[] {
  const [first = "", ...rest] = query.strings;
  const [fragment] = query.args;
  return first.trim() === "" && isDriverQuery(fragment) ? [...texts(fragment), ...rest] : [first, ...rest];
}

/** The first word after blanks, semicolons and comments (block comments nest), in lower case; `""` when there is none. */
export function firstWord(text: string): string {
  let at = 0;
  for (;;) {
    while (at < text.length && /[\s;\ufeff]/.test(text[at] ?? "")) at++;
    if (text.startsWith("--", at)) {
      const end = text.indexOf("\n", at);
      if (end === -1) return "";
      at = end + 1;
    } else if (text.startsWith("/*", at)) {
      at = afterBlockComment(text, at);
    } else break;
  }
  return /^[a-z]*/i.exec(text.slice(at, at + 20))?.[0].toLowerCase() ?? "";
}

function afterBlockComment(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    if (text.startsWith("/*", at)) {
      depth++;
      at += 2;
    } else if (text.startsWith("*/", at)) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else at++;
  }
  return text.length;
}
