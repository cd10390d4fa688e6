import { plainSearch } from "@/lib/query/plain-search.ts";
import type { Search } from "@/lib/query/search.ts";
import type { Kind } from "@/lib/records/define.ts";

// As long as an address can ask for.
const longest = 200;

/**
 * The search of all time for these values; undefined where an address cannot say it, because one of them is empty
 * or too long.
 */
export function allTimeSearch(
  kind: Kind,
  values: Readonly<Record<string, string>>,
  zone: string,
): Search | undefined {
  const texts = Object.values(values);
  if (texts.some((text) => text === "" || text.length > longest)) return undefined;
  const filters = Object.fromEntries(Object.entries(values).map(([param, value]) => [param, [value]]));
  return { ...plainSearch(kind, { filters }), zone };
}
