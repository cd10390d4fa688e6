import type { Field } from "@/lib/fields/field.ts";
import { readable } from "./marks.ts";

/** The definition's word for a value; a host's own among known ones made readable, any other as it stands. */
export function choiceLabel({ choices }: Field, value: string): string {
  if (!choices) return value;
  return Object.hasOwn(choices, value) ? (choices[value] ?? value) : readable(value);
}
