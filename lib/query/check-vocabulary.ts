import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Filter } from "../fields/filter.ts";
import type { Definition } from "../records/define.ts";
import { type Confined, confine } from "./confine.ts";
import { findRows } from "./find-rows.ts";
import { budget } from "./limits.ts";
import { type Extent, readExtent } from "./reach.ts";
import type { Problem, Search } from "./search.ts";
import { filterFields } from "./search-params.ts";

// Each is a walk of its own. Who names more is taken at their word.
const most = 10;

/**
 * What `parseSearch` cannot know: hosts declare actions of their own, so a value that is in no list may still
 * be right. One that was never recorded either is taken out of the search and named, as a typing error would
 * otherwise look like "nothing happened". Asks the database only when there is such a value.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind
 */
export async function checkVocabulary(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
): Promise<{ search: Search; problems: Problem[] }> {
  const mine = confine(viewer, definition, search);
  const unlisted = [...filterFields(definition)]
    .flatMap(([param, { choices, open }]) => {
      const values = choices && open ? (search.filters[param]?.values ?? []) : [];
      return values.flatMap((value) => (choices && Object.hasOwn(choices, value) ? [] : [{ param, value }]));
    })
    .slice(0, most);
  if (unlisted.length === 0) return { search, problems: [] };
  const extent = await readExtent(db, definition);
  const never = await Promise.all(
    unlisted.map(({ param, value }) => neverRecorded(db, definition, mine, extent, param, value)),
  );
  const unknown = unlisted.filter((_, at) => never[at]);
  return {
    search: { ...search, filters: withoutValues(search.filters, unknown) },
    problems: unknown.map(({ param, value }) => ({
      param,
      value,
      reason: "is not a known value and was never recorded",
    })),
  };
}

/** For certain: a value that was not found within the time may be there. */
async function neverRecorded(
  db: Executor,
  definition: Definition,
  mine: Confined,
  extent: Extent,
  param: string,
  value: string,
): Promise<boolean> {
  const filters = { [param]: { negated: false, values: [value], words: [] } };
  const window = { from: null, to: null, given: { from: "all", to: "now" } };
  const alone: Confined = {
    ...mine,
    q: "",
    filters,
    window,
    sort: "-time",
    bound: undefined,
    cursor: undefined,
  };
  const { found, stop } = await findRows(db, definition, alone, extent, { wanted: 1, budgetMs: budget });
  return found.length === 0 && !stop;
}

function withoutValues(
  filters: Search["filters"],
  unknown: readonly { param: string; value: string }[],
): Record<string, Filter> {
  const kept = Object.entries(filters).map(([param, filter]): [string, Filter] => {
    const values = filter.values.filter(
      (value) => !unknown.some((one) => one.param === param && one.value === value),
    );
    return [param, { ...filter, values }];
  });
  return Object.fromEntries(kept.filter(([, { values, words }]) => values.length + words.length > 0));
}
