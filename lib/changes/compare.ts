import type { ChangeKind, ChangeRow, Side } from "./changes.ts";
import { diffText } from "./diff-text.ts";
import { equalJson } from "./equal-json.ts";
import { type Json, parseJson } from "./json.ts";
import { isMark, readSide } from "./read-side.ts";

type Pair = { before: Json | undefined; after: Json | undefined };

/** More rows than this of one field say less than the two values whole. */
const mostRows = 200;

/** The rows of one field: itself, or the paths inside it where both sides are objects or both arrays. */
export function compareField(field: string, pair: Pair): ChangeRow[] {
  const rows = compareAt(field, [], pair);
  return rows.length > mostRows ? [leaf(field, [], pair)] : rows;
}

function compareAt(field: string, path: readonly string[], pair: Pair): ChangeRow[] {
  const before = openContainer(pair.before);
  const after = openContainer(pair.after);
  const inside = (name: string, inner: Pair) => compareAt(field, [...path, name], inner);
  if (before?.is === "object" && after?.is === "object" && !equalJson(before, after)) {
    const olds = new Map(before.members);
    const news = new Map(after.members);
    const names = [...olds.keys(), ...[...news.keys()].filter((name) => !olds.has(name))];
    return names.flatMap((name) => inside(name, { before: olds.get(name), after: news.get(name) }));
  }
  if (before?.is === "array" && after?.is === "array" && !equalJson(before, after)) {
    return pairItems(before.items, after.items).flatMap(({ at, ...inner }) => inside(String(at), inner));
  }
  return [leaf(field, path, pair)];
}

/** An object or array that can be looked into; also one that is kept in a column of text. */
function openContainer(value: Json | undefined): Json | undefined {
  if (value?.is === "object") return isMark(value) ? undefined : value;
  if (value?.is === "text" && /^\s*[{[]/.test(value.text)) {
    try {
      return parseJson(value.text);
    } catch (error) {
      // It only began like JSON: then it is a text.
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
  return value?.is === "array" ? value : undefined;
}

/** Items that both arrays begin or end with are paired, so that one removed in the middle is one row. */
function pairItems(before: readonly Json[], after: readonly Json[]): (Pair & { at: number })[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && equalJson(before[head] as Json, after[head] as Json)) head += 1;
  let tail = 0;
  while (tail < shorter - head && equalJson(before.at(-1 - tail) as Json, after.at(-1 - tail) as Json))
    tail += 1;
  const olds = before.slice(head, before.length - tail);
  const news = after.slice(head, after.length - tail);
  const middle = Array.from({ length: Math.max(olds.length, news.length) }, (_, at) => {
    return { at: head + at, before: olds[at], after: news[at] };
  });
  const same = (start: number, items: readonly Json[]) =>
    items.map((item, at) => ({ at: start + at, before: item, after: item }));
  return [
    ...same(0, after.slice(0, head)),
    ...middle,
    ...same(after.length - tail, after.slice(after.length - tail)),
  ];
}

function leaf(field: string, path: readonly string[], pair: Pair): ChangeRow {
  const before = readSide(pair.before);
  const after = readSide(pair.after);
  const kind = kindOf(pair, before, after);
  const row = { field, path, kind, before, after };
  const isText = (side: Side) => side.is === "text" || side.is === "cut";
  if (kind !== "changed" || !isText(before) || !isText(after)) return row;
  return { ...row, pieces: diffText((before as { text: string }).text, (after as { text: string }).text) };
}

function kindOf(pair: Pair, before: Side, after: Side): ChangeKind {
  if (before.is === "masked" || after.is === "masked") return "masked";
  if (before.is === "absent" || (before.is === "null" && after.is !== "absent" && after.is !== "null"))
    return "added";
  if (after.is === "absent" || (after.is === "null" && before.is !== "null")) return "removed";
  // Two texts that were cut may differ behind the cut, and were recorded because they do.
  if (before.is !== "cut" && pair.before && pair.after && equalJson(pair.before, pair.after))
    return "unchanged";
  const typeOf = ({ is }: Side) => (is === "cut" ? "text" : is);
  return typeOf(before) === typeOf(after) ? "changed" : "type changed";
}
