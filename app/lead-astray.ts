import type { IncomingMessage } from "node:http";

/** No route: its page says, with 404, that there is nothing at this address. */
const nowhere = "/-/-/-/-";

const stateHeader = "next-router-state-tree";

/**
 * Keeps from Next what it would take for a failure of ours. A request for what cannot be an address of the console
 * is led to the page that says so: a path that is no text in UTF-8, and the data of pages that we have not got,
 * which Next looks for in the way of another router. A state of its router that is none is left out: then it
 * draws the whole page.
 */
export function leadAstray(request: Pick<IncomingMessage, "url" | "headers">): void {
  if (!isAddress(request.url ?? "")) request.url = nowhere;
  const state = request.headers[stateHeader];
  if (state !== undefined && !isStateHeader(state)) delete request.headers[stateHeader];
}

export function isAddress(url: string): boolean {
  const [path = ""] = url.split(/[?#]/);
  try {
    return !/^(https?:\/\/[^/]*)?\/+_next\/+data(\/|$)/i.test(decodeURIComponent(path));
  } catch {
    return false;
  }
}

export function isStateHeader(text: string | string[]): boolean {
  if (typeof text !== "string" || text.length > 40_000) return false;
  try {
    return isState(JSON.parse(decodeURIComponent(text)));
  } catch {
    return false;
  }
}

/** As Next 16 describes it: a segment, the states below it, and up to four more entries. */
function isState(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 2 || value.length > 6) return false;
  const [segment, below, refresh, mark, hint, last] = value;
  if (typeof below !== "object" || below === null || Array.isArray(below)) return false;
  const isSegment =
    typeof segment === "string" ||
    (isTexts(segment?.slice?.(0, 3), 3) &&
      segment.length === 4 &&
      /^(oc|[cd](i(\(\.\)|\(\.\.\)|\(\.\.\.\)|\(\.\.\)\(\.\.\)))?)$/.test(segment[2]) &&
      (segment[3] === null || isTexts(segment[3])));
  return (
    isSegment &&
    Object.values(below).every(isState) &&
    ((refresh ?? null) === null || isTexts(refresh, 2)) &&
    ((mark ?? null) === null || ["refetch", "inside-shared-layout", "metadata-only"].includes(mark)) &&
    ((hint ?? null) === null || typeof hint === "number") &&
    (last === undefined || typeof last === "string")
  );
}

function isTexts(value: unknown, count?: number): boolean {
  return (
    Array.isArray(value) &&
    (count === undefined || value.length === count) &&
    value.every((text) => typeof text === "string")
  );
}
