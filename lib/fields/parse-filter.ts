import { codecOf } from "./codecs.ts";
import type { Field } from "./field.ts";
import type { Filter, Word } from "./filter.ts";
import { joinList, splitList } from "./list.ts";

/** A value that was not applied; `reason` completes "param=value …". */
export interface Refusal {
  value: string;
  reason: string;
}

const most = 100;

/**
 * Reads the filter of one field out of its URL parameter. A form sends a list as a repeated parameter, so
 * there may be several texts. `filter` is undefined when nothing valid is left.
 */
export function parseFilter(
  field: Field,
  texts: readonly string[],
): { filter: Filter | undefined; refused: Refusal[] } {
  const codec = codecOf(field.type);
  const reserved = codec.words(field);
  const lists = texts.map(splitList).filter(({ entries }) => entries.length > 0);
  const negated = lists[0]?.negated ?? false;
  const refused: Refusal[] = [];
  const values = new Set<string>();
  const words = new Set<Word>();
  const refuse = (value: string, reason: string) => refused.push({ value, reason });

  for (const list of lists) {
    for (const { text, quoted } of list.entries) {
      const word = quoted ? undefined : reserved.find((known) => known === text);
      const reading = readEntry(text, field);
      if (list.negated !== negated) refuse(text, "mixes values to include with values to exclude");
      else if (codec.single && list.negated) refuse(`!${text}`, "cannot be negated");
      else if (codec.single && values.size > 0) refuse(text, "is a second value where one is possible");
      else if (values.size + words.size >= most) refuse(text, `is more than ${most} values`);
      else if (word) words.add(word);
      else if ("reason" in reading) refuse(text, reading.reason);
      else values.add(reading.value);
    }
  }
  const filter = { negated, values: [...values].sort(), words: [...words].sort() };
  return { filter: values.size + words.size > 0 ? filter : undefined, refused };
}

/** The canonical text of a filter: words first, then values in order. */
export function formatFilter(field: Field, filter: Filter): string {
  return joinList(filter.negated, filter.words, filter.values, codecOf(field.type).words(field));
}

function readEntry(text: string, field: Field) {
  // PostgreSQL stores neither, so nothing recorded can hold them.
  if (/\0|\p{Surrogate}/u.test(text)) return { reason: "holds a character that no text can hold" };
  return codecOf(field.type).read(text, field);
}
