import { readAddress } from "./address.ts";
import type { Field } from "./field.ts";
import type { FieldType } from "./field-type.ts";
import type { Word } from "./filter.ts";
import { formatInstant, parseInstant } from "./instant.ts";

/** A value in its canonical form, or why it is none (completes "param=value …"). */
export type Reading = { value: string } | { reason: string };

/** How a field type reads one value of its URL parameter. */
export interface Codec {
  read(text: string, field: Field): Reading;
  /** A bound, not a set: exactly one value, no negation. */
  single?: true;
  /** Words that mean something else than a value of that name. */
  words(field: Field): readonly Word[];
}

const noneIfOptional = (field: Field): readonly Word[] => (field.optional ? ["none"] : []);

const text: Codec = {
  read: (value) => (value.length > 200 ? { reason: "is longer than 200 characters" } : { value }),
  words: noneIfOptional,
};

const choice: Codec = {
  read(value, field) {
    const choices = field.choices ?? {};
    if (Object.hasOwn(choices, value)) return { value };
    if (field.open) return text.read(value, field);
    return { reason: `is not a known value; known are ${Object.keys(choices).join(", ")}` };
  },
  words: noneIfOptional,
};

const least: Codec = {
  read(value) {
    if (!/^\d{1,18}$/.test(value)) return { reason: "is not a whole number of at most 18 digits" };
    return { value: BigInt(value).toString() };
  },
  single: true,
  words: () => [],
};

export const codecs = {
  time: {
    read(value) {
      const micros = parseInstant(value);
      if (micros === undefined) return { reason: "is not a time such as 2026-03-14T09:00:00Z" };
      return { value: formatInstant(micros) };
    },
    single: true,
    words: () => [],
  },
  actor: { read: text.read, words: () => ["none", "unattributed"] },
  object: text,
  choice,
  text,
  code: text,
  address: {
    read(value) {
      const address = readAddress(value);
      return address ? { value: address } : { reason: "is not an address or network such as 10.0.0.0/8" };
    },
    words: noneIfOptional,
  },
  count: least,
  bytes: least,
  flag: choice,
  changes: text,
} as const satisfies Record<FieldType, Codec>;

export function codecOf(type: FieldType): Codec {
  return codecs[type];
}
