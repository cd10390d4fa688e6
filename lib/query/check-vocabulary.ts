import { sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Filter } from "../fields/filter.ts";
import type { Definition } from "../records/define.ts";
import { requireView } from "./require-view.ts";
import { run } from "./run.ts";
import type { Problem, Search } from "./search.ts";
import { filterFields } from "./search-params.ts";
import { columnOf, ofRow, recordsOf } from "./tables.ts";

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
  requireView(viewer, definition);
  const unlisted = [...filterFields(definition)].flatMap(([param, field]) => {
    const { choices, open, column } = field;
    const values = choices && open ? (search.filters[param]?.values ?? []) : [];
    return values.flatMap((value) =>
      choices && Object.hasOwn(choices, value) ? [] : [{ param, column, value }],
    );
  });
  if (unlisted.length === 0) return { search, problems: [] };
  const records = recordsOf(definition.kind);
  const found = unlisted.map(({ column, value }) => {
    return sql`EXISTS (SELECT FROM ${records} WHERE ${ofRow(columnOf(definition.kind, column))} = ${value})`;
  });
  const [row] = await run<{ known: string }>(
    db,
    sql`SELECT to_json(ARRAY[${sql.join(found, sql`, `)}])::text AS known`,
  );
  const known = JSON.parse(row?.known ?? "[]") as boolean[];
  const unknown = unlisted.filter((_, at) => !known[at]);
  return {
    search: { ...search, filters: withoutValues(search.filters, unknown) },
    problems: unknown.map(({ param, value }) => ({
      param,
      value,
      reason: "is not a known value and was never recorded",
    })),
  };
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
