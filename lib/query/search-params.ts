import type { Field } from "../fields/field.ts";
import type { Filter } from "../fields/filter.ts";
import { formatInstant, microsOf, toMicros } from "../fields/instant.ts";
import { formatFilter, parseFilter } from "../fields/parse-filter.ts";
import { isZone } from "../fields/zone.ts";
import type { Definition } from "../records/define.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { PageSize, Problem, Search, SearchDefaults, Sort } from "./search.ts";
import { pageSizes } from "./search.ts";
import { defaultWindow, fixWindow, parseWindow } from "./window.ts";

/** Next's `searchParams`, or the standard class. A repeated parameter is a list, as a form sends it. */
export type SearchParams = URLSearchParams | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Parameters of the screen: they select no rows, so they are neither read nor written here. */
const screenParams: readonly string[] = ["peek", "cols", "view", "live"];

const ownParams = ["q", "from", "to", "on", "tz", "sort", "after", "before", "n"];

/**
 * Reads a search. What is invalid is not applied and is named in `problems`; an endpoint that exports or
 * deletes must refuse when there is any, since a dropped filter widens the scope.
 *
 * @param now the instant that `now` in a relative window means
 */
export function parseSearch(
  definition: Definition,
  params: SearchParams,
  now: Date,
  defaults: SearchDefaults = {},
): { search: Search; problems: Problem[] } {
  const given = collect(params);
  const problems: Problem[] = [];
  const refuse = (param: string, value: string, reason: string) =>
    problems.push({ param, value: showValue(value), reason });
  const one = (param: string): string | undefined => {
    const [value, ...more] = given.get(param) ?? [];
    for (const extra of more) refuse(param, extra, "is a second value where one is possible");
    return value;
  };

  const fields = filterFields(definition);
  const filters: Record<string, Filter> = {};
  for (const [param, texts] of given) {
    const field = fields.get(param);
    if (field) {
      const { filter, refused } = parseFilter(field, texts);
      if (filter) filters[param] = filter;
      for (const { value, reason } of refused) refuse(param, value, reason);
    } else if (!ownParams.includes(param) && !screenParams.includes(param)) {
      refuse(param, texts.join(), `is not a filter of ${definition.title}`);
    }
  }

  const q = (one("q") ?? "").replace(/\s+/g, " ").trim();
  const searchable = q.length <= 200 && !/\0|\p{Surrogate}/u.test(q);
  if (!searchable) refuse("q", q, "is longer than 200 characters or holds one that no text can hold");

  const fallback = defaults.zone || "UTC";
  const asked = one("tz") ?? fallback;
  if (!isZone(asked)) refuse("tz", asked, "is not a time zone such as Europe/Paris");
  const zone = isZone(asked) ? asked : fallback;

  const sort = readOne<Sort>(one("sort"), ["-time", "time"], "-time", (value, known) =>
    refuse("sort", value, `is not one of ${known}`),
  );
  const size = readOne<`${PageSize}`>(
    one("n"),
    pageSizes.map(String) as `${PageSize}`[],
    `${defaults.size ?? 50}`,
    (value, known) => refuse("n", value, `is not one of ${known}`),
  );

  const [after, before] = [one("after"), one("before")];
  if (after && before) refuse("before", before, "cannot be used together with after");
  const text = after ?? before;
  const place = text === undefined ? undefined : decodeCursor(definition.kind, text);
  if (text !== undefined && !place) refuse(after ? "after" : "before", text, "is not a place in this list");

  const asOf = place ? toMicros(place.asOf) : microsOf(now);
  const { window, complaints } = parseWindow({ from: one("from"), to: one("to"), on: one("on") }, zone, asOf);
  for (const { param, value, reason } of complaints) refuse(param, value, reason);

  const search: Search = {
    kind: definition.kind,
    q: searchable ? q : "",
    filters,
    window,
    zone,
    sort,
    size: Number(size) as PageSize,
    asOf: formatInstant(asOf),
  };
  if (!place) return { search, problems };
  const direction = after === undefined ? "before" : "after";
  return {
    search: { ...search, bound: place.bound, cursor: { direction, at: place.at, seq: place.seq } },
    problems,
  };
}

/**
 * The canonical query string, without `?`: parameters sorted, defaults omitted, so that equal searches have
 * equal URLs.
 */
export function formatSearch(definition: Definition, search: Search, defaults: SearchDefaults = {}): string {
  const params: Record<string, string> = {};
  const fields = filterFields(definition);
  for (const [param, filter] of Object.entries(search.filters)) {
    const field = fields.get(param);
    if (field) params[param] = formatFilter(field, filter);
  }
  if (search.q) params.q = search.q;
  if (search.zone !== (defaults.zone ?? "UTC")) params.tz = search.zone;
  if (search.sort !== "-time") params.sort = search.sort;
  if (search.size !== (defaults.size ?? 50)) params.n = String(search.size);
  const { given } = search.window;
  if ("on" in given) {
    params.on = given.on;
  } else {
    // `to` alone means "all time until then", so that a lower bound of all need not be said twice.
    const from = given.to === defaultWindow.to ? defaultWindow.from : "all";
    if (given.from !== from) params.from = given.from;
    if (given.to !== defaultWindow.to) params.to = given.to;
  }
  if (search.cursor) {
    const { direction, at, seq } = search.cursor;
    params[direction] = encodeCursor(definition.kind, {
      at,
      seq,
      bound: search.bound ?? seq,
      asOf: search.asOf,
    });
  }
  const names = Object.keys(params).sort();
  return names.map((name) => `${name}=${encode(params[name] ?? "")}`).join("&");
}

/**
 * The same rows for whoever opens the link, whenever and in whichever zone: the window as two instants.
 * Write it with `formatSearch(definition, fixSearch(search), { zone: "" })`, so that `tz` is always there.
 */
export function fixSearch(search: Search): Search {
  return { ...search, window: fixWindow(search.window, search.asOf) };
}

/** The fields that can be filtered, by URL parameter. */
export function filterFields(definition: Definition): Map<string, Field> {
  const fields = Object.values(definition.fields);
  return new Map(fields.flatMap((field) => (field.param ? [[field.param, field] as const] : [])));
}

/** A form sends what was left empty as an empty text: that is no value. */
function collect(params: SearchParams): Map<string, string[]> {
  const given = new Map<string, string[]>();
  const entries = params instanceof URLSearchParams ? [...params] : Object.entries(params);
  for (const [name, value] of entries) {
    const values = (typeof value === "string" ? [value] : [...(value ?? [])]).filter((text) => text !== "");
    if (values.length > 0) given.set(name, [...(given.get(name) ?? []), ...values]);
  }
  return given;
}

function readOne<Value extends string>(
  value: string | undefined,
  known: readonly Value[],
  fallback: Value,
  refuse: (value: string, known: string) => void,
): Value {
  const found = known.find((one) => one === (value ?? fallback));
  if (found === undefined) refuse(value ?? fallback, known.join(", "));
  return found ?? fallback;
}

/** Cut, and with control characters made visible, so that it can stand in a message. */
function showValue(value: string): string {
  const shown = value.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown;
}

/** Like `encodeURIComponent`, but what is harmless in a query stays readable: `action=!VIEW,LOGIN`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(2C|3A|2F)/g, decodeURIComponent);
}
