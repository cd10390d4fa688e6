import type { Field } from "@/lib/fields/field.ts";
import { readable } from "./marks.ts";

/** The definition's word for a value, or the value made readable. */
export function choiceLabel(field: Field, value: string): string {
  const choices = field.choices ?? {};
  return Object.hasOwn(choices, value) ? (choices[value] ?? value) : readable(value);
}
