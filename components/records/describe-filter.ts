import type { Field } from "@/lib/fields/field.ts";
import type { Filter } from "@/lib/fields/filter.ts";
import { choiceLabel } from "../fields/choice-label.ts";
import { formatBytes, groupDigits } from "../fields/figures.ts";

/** A filter in words: `Action` `is not` `View`. */
export interface FilterWords {
  label: string;
  operator: string;
  value: string;
  /** All values, where `value` only counts them. */
  title?: string;
}

/** `labels`: what the values of actors are called, as far as that is known. */
export function describeFilter(
  field: Field,
  { negated, values, words }: Filter,
  labels: ReadonlyMap<string, string> = new Map(),
): FilterWords {
  const all = [...words, ...values.map((value) => labels.get(value) ?? describeValue(field, value))];
  return {
    label: field.label,
    operator: operatorOf(field, negated),
    value: all.length > 2 ? `${all.length} values` : all.join(" or "),
    title: all.length > 2 ? all.join(", ") : undefined,
  };
}

function describeValue(field: Field, value: string): string {
  switch (field.type) {
    case "choice":
    case "flag":
      return choiceLabel(field, value);
    case "count":
      return groupDigits(value);
    case "bytes":
      return formatBytes(value);
    default:
      return value;
  }
}

function operatorOf(field: Field, negated: boolean): string {
  const match = field.match ?? (field.type === "count" || field.type === "bytes" ? "least" : "exact");
  switch (match) {
    case "least":
      return "at least";
    case "contains":
      return negated ? "does not contain" : "contains";
    case "prefix":
      return negated ? "does not begin with" : "begins with";
    case "exact":
      if (field.type === "changes") return negated ? "do not touch" : "touch";
      return negated ? "is not" : "";
  }
}
