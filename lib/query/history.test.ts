import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { openSession } from "../../testing/session.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import { track } from "../capture/track.ts";
import type { Executor } from "../executor.ts";
import { definitions, kinds } from "../records/kinds.ts";
import { catchUp } from "../relay/catch-up.ts";
import { actorHistory, type Who } from "./actor-history.ts";
import type { HistoryPage, HistoryPlace } from "./history.ts";
import { objectFacts } from "./object-facts.ts";
import { objectHistory, objectId } from "./object-history.ts";
import type { PageSize } from "./search.ts";

const user = { id: "1", username: "v", label: "V", role: "superuser" } as const;
const viewer = viewerOf(user);
let database: TestDatabase;
let db: Executor;

beforeAll(async () => {
  database = await openTestDatabase();
  db = executorOf(database.sql);
  // Over four months and all kinds, several in one microsecond; of two actors, one of them of two kinds.
  for (const [place, kind] of kinds.entries()) {
    const rows = Array.from({ length: 160 }, (_, at) => ({
      recorded_at: new Date(
        Date.parse("2026-01-01T00:00:00Z") + Math.floor(at / 4) * 3_600_000 * 60,
      ).toISOString(),
      actor_id: at % 3 === 0 ? "8" : "7",
      actor_kind: at % 5 === 0 ? "job" : "user",
      // In the place of another, and once in their own.
      impersonator_id: at % 11 === 0 ? "8" : at === 50 ? "7" : null,
      tenant: at % 2 ? "north" : "south",
      ...(kind === "logins" && { username: at % 3 === 0 ? "nobody" : "ada" }),
      ...(kind === "audit" && { object_type: "invoice", object_id: String(place) }),
    }));
    await fillRecords(database.sql, definitions[kind].record, rows);
  }
});
afterAll(() => database.close());

async function readAll(who: Who, size: PageSize, budgetMs?: number, as = viewer) {
  const found: string[] = [];
  let after: HistoryPlace | undefined;
  for (let pages = 0; pages < 2000; pages += 1) {
    const page: HistoryPage = await actorHistory(db, as, who, { size, after, budgetMs });
    found.push(...page.items.map(({ row }) => row.seq));
    if (!page.older) return found;
    after = page.older;
  }
  throw new Error("no end");
}

async function stored(where: string): Promise<string[]> {
  const rows = await database.sql.unsafe(
    `SELECT every.seq::text FROM (${kinds
      .map((kind) => {
        const username = kind === "logins" ? "username" : "NULL";
        return `SELECT seq, recorded_at, actor_id, actor_kind, impersonator_id, tenant, ${username} AS username FROM annals.${definitions[kind].record}`;
      })
      .join(" UNION ALL ")}) AS every WHERE ${where} ORDER BY every.recorded_at DESC, every.seq DESC`,
  );
  return rows.map(({ seq }) => seq);
}

test.each<[Who, string]>([
  [{ actor: "7" }, "(actor_id = '7' OR impersonator_id = '7')"],
  [{ actor: "8" }, "(actor_id = '8' OR impersonator_id = '8')"],
  [{ actor: "8", actorKind: "user" }, "(actor_id = '8' AND actor_kind = 'user' OR impersonator_id = '8')"],
  [{ actor: "8", actorKind: "job" }, "actor_id = '8' AND actor_kind = 'job'"],
  [{ username: "nobody" }, "username = 'nobody'"],
  [{ actor: "unheard of" }, "false"],
])("the pages of %j hold each event once, newest first, over all records", async (who, where) => {
  const expected = await stored(where);
  for (const size of [25, 100] as const) expect(await readAll(who, size)).toEqual(expected);
});

test("nor is one lost when the time is up after every step", async () => {
  expect(await readAll({ actor: "8" }, 25, 0)).toEqual(
    await stored("(actor_id = '8' OR impersonator_id = '8')"),
  );
});

test("a confined viewer pages through what is theirs", async () => {
  const north = viewerOf({ ...user, tenants: ["north"] });
  expect(await readAll({ actor: "7" }, 25, undefined, north)).toEqual(
    await stored("(actor_id = '7' OR impersonator_id = '7') AND tenant = 'north'"),
  );
});

test("a viewer gets the records that they may see, and later events do not move a page", async () => {
  const support = viewerOf({ ...user, role: "support" });
  const first = await actorHistory(db, support, { actor: "7" }, { size: 25 });
  expect(new Set(first.items.map(({ kind }) => kind))).toEqual(new Set(["audit", "logins", "events"]));
  await fillRecords(database.sql, "audit_log", [
    { recorded_at: "2026-01-05T00:00:00Z", actor_id: "7", object_type: "late" },
  ]);
  const rest = await actorHistory(db, support, { actor: "7" }, { size: 100, after: first.older });
  expect(rest.items.some(({ row }) => BigInt(row.seq) > BigInt(first.bound))).toBe(false);
  const again = await actorHistory(
    db,
    support,
    { actor: "7" },
    { window: { from: "2026-01-04T23:00:00Z", to: "2026-01-05T01:00:00Z" } },
  );
  expect(again.items.map(({ row }) => "object_type" in row && row.object_type)).toEqual(["late"]);
});

test("the life of an object with a composite key, as it was captured", async () => {
  const live = await openTestDatabase();
  const [{ sql }, db] = [live, executorOf(live.sql)];
  await sql`CREATE TABLE order_line (order_id bigint, sku text, n int, PRIMARY KEY (order_id, sku))`;
  const session = openSession(live.url);
  await track(session.db, { tables: ["order_line"] });
  await session.close();
  await sql`INSERT INTO order_line VALUES (12, 'A "x", y', 1), (12, 'B', 1)`;
  await sql`UPDATE order_line SET n = 2`;
  await sql`DELETE FROM order_line WHERE sku LIKE 'A%'`;
  await catchUp(db);
  const name = { type: "order_line", key: [12, 'A "x", y'] };
  const { rows } = await objectHistory(db, viewer, name);
  expect(rows.map(({ action }) => action)).toEqual(["DELETE", "UPDATE", "CREATE"]);
  expect((await objectHistory(db, viewer, name, { field: "n" })).rows.map(({ action }) => action)).toContain(
    "UPDATE",
  );
  expect(await objectFacts(db, viewer, name)).toMatchObject({
    events: { count: 3, capped: false },
    deleted: true,
  });
  expect(await objectFacts(db, viewer, { type: "order_line", key: [12n, "B"] })).toMatchObject({
    events: { count: 2 },
    deleted: false,
  });
  expect(await objectFacts(db, viewer, { type: "order_line", key: [13, "B"] })).toBeUndefined();
  await live.close();
});

test("a key is written as PostgreSQL writes it", async () => {
  const part = fc.oneof(
    fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 2, maxLength: 4 }), async (key) => {
      const [row] = await database.sql`SELECT ${JSON.stringify(key)}::text::jsonb::text AS text`;
      expect(objectId(key)).toBe(row?.text);
    }),
    { numRuns: 100 },
  );
});

test("the pages of an object go both ways", async () => {
  const name = { type: "invoice", key: "0" };
  const first = await objectHistory(db, viewer, name, { size: 25 });
  const { cursor, bound } = first.older ?? {};
  const second = await objectHistory(db, viewer, name, { size: 25, cursor, bound });
  const back = await objectHistory(db, viewer, name, {
    size: 25,
    cursor: second.newer?.cursor,
    bound: second.newer?.bound,
  });
  expect(back.rows).toEqual(first.rows);
  expect(new Set([...first.rows, ...second.rows].map(({ seq }) => seq)).size).toBe(50);
  expect(await objectFacts(db, viewer, name)).toMatchObject({
    events: { count: 160 },
    actors: 4,
    firstAt: "2026-01-01T00:00:00.000000Z",
  });
});
