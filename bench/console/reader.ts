import { viewerOf } from "../../lib/access/viewer.ts";
import type { Executor } from "../../lib/executor.ts";
import { countRecords } from "../../lib/query/count-records.ts";
import { dateStrip } from "../../lib/query/date-strip.ts";
import { facetCounts } from "../../lib/query/facet-counts.ts";
import { findNeighbours } from "../../lib/query/find-neighbours.ts";
import { findRecord } from "../../lib/query/find-record.ts";
import type { Item } from "../../lib/query/item.ts";
import { listRecords } from "../../lib/query/list-records.ts";
import type { Search } from "../../lib/query/search.ts";
import { parseSearch } from "../../lib/query/search-params.ts";
import { type Bond, surrounding } from "../../lib/query/surrounding.ts";
import { definitions } from "../../lib/records/kinds.ts";
import type { History } from "../history/open-history.ts";
import { parts } from "./parts.ts";
import type { Shape } from "./shapes.ts";

/** Asks the question once, on the connections of `db`; in words what came of it. */
export type Ask = (db: Executor) => Promise<string>;

const viewer = viewerOf({ id: "1", username: "bench", label: "Bench", role: "superuser" });

/** Makes a question of a shape: all that has to be looked up for it is looked up here, before the clock runs. */
export async function prepareShape(db: Executor, history: History, shape: Shape): Promise<Ask> {
  const definition = definitions[shape.kind];
  const part = shape.what === "part" ? parts[shape.query] : undefined;
  if (part) return (on) => part.read(on, history.until);
  const search = await searchOf(db, history, shape);
  switch (shape.what) {
    case "list":
      return async (on) => {
        const page = await listRecords(on, viewer, definition, search);
        const stop = page.searchedBackTo ?? page.searchedUpTo;
        return `${page.rows.length} rows${stop ? `, unfinished at ${stop.slice(0, 10)}` : ""}`;
      };
    case "count":
      return async (on) => {
        const { count, capped } = await countRecords(on, viewer, definition, search);
        return `${count}${capped ? "+" : ""}`;
      };
    case "strip":
      return async (on) => {
        const { periods, total } = await dateStrip(on, viewer, definition, search);
        return `${total} in ${periods.length}`;
      };
    case "facets":
      return async (on) => {
        const facets = await facetCounts(on, viewer, definition, search);
        return `${facets.reduce((sum, { values }) => sum + values.length, 0)} values`;
      };
    case "detail": {
      const { seq } = await placeOf(db, shape);
      return async (on) => ((await findRecord(on, viewer, definition, seq)) ? "1 row" : "none");
    }
    case "neighbours": {
      const { seq, at } = await placeOf(db, shape);
      return async (on) => {
        const sides = await findNeighbours(on, viewer, definition, search, { seq, recorded_at: at });
        return sides.unknown ? `unfinished: ${sides.unknown.join()}` : "both";
      };
    }
    default: {
      const bond = shape.what as Bond;
      const { seq } = await placeOf(db, shape);
      const row = await findRecord(db, viewer, definition, seq);
      return async (on) => {
        const around = await surrounding(on, viewer, { kind: shape.kind, row } as Item, bond);
        return `${around.length} rows`;
      };
    }
  }
}

async function searchOf(db: Executor, history: History, shape: Shape): Promise<Search> {
  const values = /\{/.test(shape.query) ? await valuesOf(db) : {};
  const query = shape.query.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? ""),
  );
  const { search, problems } = parseSearch(
    definitions[shape.kind],
    new URLSearchParams(query),
    history.until,
  );
  if (problems.length > 0) throw new Error(`${shape.name}: ${JSON.stringify(problems)}`);
  if (shape.what !== "list" || !shape.place) return search;
  const { at, seq } = await placeOf(db, shape);
  return { ...search, bound: String(history.events), cursor: { direction: shape.place.direction, at, seq } };
}

/** The event of the shape's kind that has this share of all events behind it, and is a user's. */
async function placeOf(db: Executor, { kind, place }: Shape): Promise<{ at: string; seq: string }> {
  const { record } = definitions[kind];
  const [row] = await db.query<{ at: string; seq: string }>(
    `SELECT to_char(r.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, r.seq::text AS seq
     FROM annals.${record} r
     WHERE r.seq >= (SELECT (seq * ${place?.share ?? 0.5})::bigint FROM annals.head)
       AND r.seq < (SELECT (seq * ${place?.share ?? 0.5})::bigint + 5000 FROM annals.head)
       AND r.actor_kind = 'user' AND r.session_hash IS NOT NULL AND r.trace_id IS NOT NULL
     ORDER BY r.seq LIMIT 1`,
  );
  if (!row) throw new Error(`no event at ${place?.share}`);
  return row;
}

async function valuesOf(db: Executor): Promise<Record<string, string>> {
  const { seq } = await placeOf(db, { kind: "audit", place: { share: 0.3, direction: "after" } } as Shape);
  const [row] = await db.query<Record<string, string>>(
    `SELECT request_id AS request, trace_id AS trace, left(session_hash, 12) AS session, host(ip) AS ip
     FROM annals.audit_log WHERE seq = $1`,
    [seq],
  );
  return row ?? {};
}
