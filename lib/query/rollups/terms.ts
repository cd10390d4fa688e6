import type { Field } from "../../fields/field.ts";
import type { Filter } from "../../fields/filter.ts";
import type { Definition, Kind } from "../../records/define.ts";
import type { Confined } from "../confine.ts";
import { filterFields } from "../search-params.ts";
import { ofGivenActors, type Shape, shapes } from "./shapes.ts";

/** A column must be one of these values. */
export interface Demand {
  column: string;
  values: readonly string[];
}

/** One look-up in the rollups; the answer is the sum over all terms. */
export interface Term {
  sign: 1 | -1;
  shape: Shape;
  demands: readonly Demand[];
}

const mostNegated = 3;

/**
 * What to look up in the rollups for a search, or undefined where they cannot tell. An exclusion is what there
 * is without it, less what it excludes: `all − A − B + AB`, each term a positive look-up.
 *
 * @param by a column that the counts are wanted by
 * @param except a URL parameter to leave out
 */
export function termsOf(
  definition: Definition,
  search: Confined,
  { by, except }: { by?: string; except?: string },
): Term[] | undefined {
  if (search.q) return undefined;
  const fields = filterFields(definition);
  const wanted: Demand[] = [];
  const unwanted: Demand[] = [];
  for (const [param, filter] of Object.entries(search.filters)) {
    if (param === except) continue;
    const field = fields.get(param);
    const demand = field && demandOf(field, filter);
    if (!demand) return undefined;
    (filter.negated ? unwanted : wanted).push(demand);
  }
  if (search.tenants !== null && !confineDemands(wanted, unwanted, search.tenants)) return undefined;
  const all = [...wanted, ...unwanted];
  if (new Set(all.map(({ column }) => column)).size < all.length || unwanted.length > mostNegated) {
    return undefined;
  }
  const terms: Term[] = [];
  for (let subset = 0; subset < 1 << unwanted.length; subset++) {
    const taken = unwanted.filter((_, at) => subset & (1 << at));
    const demands = [...wanted, ...taken];
    const shape = shapeFor(definition.kind, demands, by);
    if (!shape) return undefined;
    terms.push({ sign: taken.length % 2 === 0 ? 1 : -1, shape, demands });
  }
  return terms;
}

/** Puts the viewer's tenants, less what the search says of them, into the demands; false when none is left. */
function confineDemands(wanted: Demand[], unwanted: Demand[], tenants: readonly string[]): boolean {
  let values = tenants;
  for (const [demands, isWanted] of [
    [wanted, true],
    [unwanted, false],
  ] as const) {
    const at = demands.findIndex(({ column }) => column === "tenant");
    const [asked] = at < 0 ? [] : demands.splice(at, 1);
    if (asked) values = values.filter((tenant) => asked.values.includes(tenant) === isWanted);
  }
  wanted.push({ column: "tenant", values });
  return values.length > 0;
}

/** A filter as values of one column; undefined where it means anything else. */
function demandOf(field: Field, { values, words }: Filter): Demand | undefined {
  if (words.includes("unattributed")) {
    const alone = values.length === 0 && words.length === 1;
    return alone ? { column: "attribution", values: ["database_role", "none"] } : undefined;
  }
  const byValue = ["actor", "choice", "code", "text", "address"].includes(field.type);
  if (!byValue || (field.match ?? "exact") !== "exact") return undefined;
  // A network is a range of addresses.
  if (field.type === "address" && values.some((value) => value.includes("/"))) return undefined;
  return { column: field.column, values: words.includes("none") ? ["", ...values] : values };
}

/** The smallest shape that has all these columns. */
function shapeFor(kind: Kind, demands: readonly Demand[], by: string | undefined): Shape | undefined {
  const columns = new Set([...demands.map(({ column }) => column), ...(by ? [by] : [])]);
  const tenant = demands.find(({ column }) => column === "tenant");
  // Beside other columns, rows without a tenant are not counted.
  if (columns.size > 1 && (by === "tenant" || tenant?.values.includes(""))) return undefined;
  const fitting = shapes[kind].filter(
    (shape) =>
      [...columns].every((column) => shape.columns.includes(column)) &&
      (!shape.columns.includes("tenant") || columns.has("tenant")) &&
      (shape.shape !== ofGivenActors || demands.some(({ column }) => column === "actor_id")),
  );
  return fitting.sort((one, other) => one.columns.length - other.columns.length)[0];
}
