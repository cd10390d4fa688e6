import type { Field } from "@/lib/fields/field.ts";
import type { Filter, Word } from "@/lib/fields/filter.ts";
import { choiceLabel } from "../fields/choice-label.ts";

/** One value of a facet: its name leads to the list with it chosen, or with it given up where it was. */
export interface FacetLine {
  label: string;
  count: number;
  state: "free" | "in" | "out";
  href: string;
  excludeHref?: string;
}

/** What is counted of a facet; `''` stands for the empty ones. */
interface Facet {
  values: readonly { value: string; label: string; count: number }[];
}

/** A facet as lines with the links that each offers; `hrefOf` gives the list with that filter in its place. */
export function facetLines(
  field: Field,
  facet: Facet,
  filter: Filter | undefined,
  hrefOf: (filter?: Filter) => string,
): FacetLine[] {
  return facet.values.map(({ value, label, count }) => {
    const chosen = filter !== undefined && has(filter, value);
    const state = !chosen ? "free" : filter.negated ? "out" : "in";
    const without = hrefOf(filter && toggled(filter, value));
    const only = hrefOf(toggled(filter?.negated === false ? filter : none(false), value));
    const exclude = hrefOf(toggled(filter?.negated === true ? filter : none(true), value));
    return {
      label:
        value === ""
          ? `No ${field.label.toLowerCase()}`
          : label === value
            ? choiceLabel(field, value)
            : label,
      count,
      state,
      href: chosen ? without : only,
      // Beside values that are chosen, leaving out another would change nothing but undo the choice.
      excludeHref: state === "free" && filter?.negated !== false ? exclude : undefined,
    };
  });
}

/** "2 chosen", "1 left out". */
export function facetNote(filter: Filter | undefined): string | undefined {
  if (!filter) return undefined;
  const count = filter.values.length + filter.words.length;
  return `${count} ${filter.negated ? "left out" : "chosen"}`;
}

const none = (negated: boolean): Filter => ({ negated, values: [], words: [] });

function has({ values, words }: Filter, value: string): boolean {
  return value === "" ? words.includes("none") : values.includes(value);
}

/** With the value put in or taken out; undefined when nothing is left. */
function toggled(filter: Filter, value: string): Filter | undefined {
  const flip = <Item extends string>(list: readonly Item[], item: Item) =>
    list.includes(item) ? list.filter((other) => other !== item) : [...list, item].sort();
  const values = value === "" ? filter.values : flip(filter.values, value);
  const words = value === "" ? flip<Word>(filter.words, "none") : filter.words;
  return values.length + words.length > 0 ? { ...filter, values, words } : undefined;
}
