import { executorOf } from "annals/postgres";
import type { Sql } from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "../testing/database.ts";
import { cast } from "./driver/cast.ts";
import { tellStory } from "./driver/tell-story.ts";
import { trackShop } from "./operator/track-shop.ts";
import { connect } from "./shop/database.ts";
import { migrateShop } from "./shop/migrate-shop.ts";
import { startShop } from "./shop/start-shop.ts";

let database: TestDatabase;
let sql: Sql;
let told: Awaited<ReturnType<typeof tellStory>>;

beforeAll(async () => {
  database = await openTestDatabase();
  sql = database.sql;
  const operator = connect(database.url, "operator", 1);
  await operator`CREATE SCHEMA shop`;
  await migrateShop(operator);
  await trackShop(executorOf(operator));
  await operator.end();
  told = await tell();
}, 120_000);

afterAll(() => database.close());

async function tell() {
  const shop = await startShop({ databaseUrl: database.url, secret: "a secret for tests alone" });
  const facts = await tellStory({ url: shop.url, shop, databaseUrl: database.url }).finally(() =>
    shop.stop(),
  );
  while (Number((await sql`SELECT annals.relay() AS taken`)[0]?.taken) > 0);
  return facts;
}

/** Every row of every table of Annals, as text. */
async function everythingRecorded(): Promise<string> {
  const tables = await sql<{ name: string }[]>`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'annals'`;
  const dumps = await Promise.all(
    tables.map(({ name }) => sql.unsafe(`SELECT t::text AS row FROM ${name} AS t`)),
  );
  return dumps.flatMap((rows) => rows.map(({ row }) => row)).join("\n");
}

describe("what the shop did is on record", () => {
  it("as some hundred events, numbered without a gap, with nothing rejected and nothing waiting", async () => {
    const [row] = await sql`
      SELECT count(*)::int AS events, count(DISTINCT seq)::int AS numbers, min(seq)::int AS first, max(seq)::int AS last,
        (SELECT count(*)::int FROM annals.rejected) AS rejected, (SELECT count(*)::int FROM annals.outbox) AS waiting
      FROM (SELECT seq FROM annals.audit_log UNION ALL SELECT seq FROM annals.login_attempt
        UNION ALL SELECT seq FROM annals.data_export UNION ALL SELECT seq FROM annals.system_event) AS record`;
    expect(row).toMatchObject({ first: 1, last: row?.events, numbers: row?.events, rejected: 0, waiting: 0 });
    expect(row?.events).toBeGreaterThanOrEqual(300);
    expect(row?.events).toBeLessThanOrEqual(600);
  });

  it("the bulk price change: one event for each product, by one actor, in one request", async () => {
    const rows = await sql`
      SELECT object_id, changes -> 'price' AS price, actor_id, request_id, host(ip) AS ip, attribution
      FROM annals.audit_log WHERE object_type = 'shop.products' AND 'repriced_at' = ANY (changed_fields)`;
    const { count } = (await sql`SELECT count(*)::int FROM shop.products`)[0] ?? {};
    expect(rows).toHaveLength(told.repriced);
    expect(told.repriced).toBe(count);
    expect(new Set(rows.map((row) => row.object_id)).size).toBe(count);
    expect(new Set(rows.map((row) => row.request_id)).size).toBe(1);
    expect(rows[0]?.request_id).toBeTruthy();
    for (const { price, actor_id, ip, attribution } of rows) {
      expect({ actor_id, ip, attribution }).toEqual({
        actor_id: cast.ines.username,
        ip: cast.ines.ip,
        attribution: "session",
      });
      expect(price.new / price.old).toBeCloseTo(1.035, 2);
    }
  });

  it("the lost customer, its orders and their lines, by whoever deleted the customer", async () => {
    const rows = await sql`
      SELECT object_type, count(*)::int, min(actor_id) AS actor, count(DISTINCT request_id)::int AS requests
      FROM annals.audit_log
      WHERE action = 'DELETE' AND tx = (SELECT tx FROM annals.audit_log
        WHERE action = 'DELETE' AND object_type = 'shop.customers' AND object_id = ${told.lost.id})
      GROUP BY object_type ORDER BY object_type`;
    const actor = cast.ines.username;
    expect(rows).toEqual([
      { object_type: "shop.customers", count: 1, actor, requests: 1 },
      { object_type: "shop.order_lines", count: told.lost.lines, actor, requests: 1 },
      { object_type: "shop.orders", count: told.lost.orders, actor, requests: 1 },
    ]);
  });

  it("keeps all that a deleted customer was", async () => {
    const [row] = await sql`
      SELECT object_label, changes FROM annals.audit_log
      WHERE action = 'DELETE' AND object_type = 'shop.customers' AND object_id = ${told.lost.id}`;
    expect(row?.object_label).toBe("Lantern & Co. (closing down)");
    expect(row?.changes).toMatchObject({
      credit_limit: { old: 250 },
      address: { old: { city: "Dover", country: "GB" } },
      tags: { old: [] },
      phone: { old: null },
    });
  });

  it("the line of an order, by both parts of its key", async () => {
    const rows =
      await sql`SELECT DISTINCT object_id FROM annals.audit_log WHERE object_type = 'shop.order_lines'`;
    const { count } = (await sql`SELECT count(*)::int FROM shop.order_lines`)[0] ?? {};
    expect(rows.length).toBeGreaterThanOrEqual(count);
    for (const { object_id } of rows) {
      const [order, line] = JSON.parse(object_id);
      expect(`${order}/${line}`).toMatch(/^[1-9]\d*\/[1-3]$/);
    }
  });

  it("a write past the shop, as nobody's, with the program that made it", async () => {
    const rows = await sql`
      SELECT object_type, object_id, changes, actor_kind, actor_id, actor_label, db_role, attribution, ip_source, request_id
      FROM annals.audit_log WHERE application = 'psql' ORDER BY seq`;
    expect(rows.map((row) => row.object_type)).toEqual(["shop.customers", ...Array(3).fill("shop.products")]);
    expect(rows[0]).toMatchObject({
      object_id: `${told.direct.customerId}`,
      changes: { credit_limit: { new: 99999 } },
    });
    for (const row of rows) {
      expect(row).toMatchObject({
        actor_kind: "system",
        actor_id: "",
        actor_label: row.db_role,
        attribution: "database_role",
        ip_source: "connection",
        request_id: null,
      });
    }
  });

  it("the refunds, each with its reason, in the transaction of the row that it changed", async () => {
    const rows = await sql`
      SELECT refund.object_id, refund.reason, refund.actor_id, refund.source, refund.changes = captured.changes AS agree
      FROM annals.audit_log refund
      JOIN annals.audit_log captured ON captured.tx = refund.tx AND captured.source = 'trigger'
      WHERE refund.action = 'REFUND' ORDER BY refund.seq`;
    expect(rows).toHaveLength(told.refunds.length);
    for (const [index, { orderId, reason }] of told.refunds.entries()) {
      const actor_id = cast.samuel.username;
      expect(rows[index]).toMatchObject({ object_id: `${orderId}`, reason, actor_id, source: "api" });
    }
  });

  it("support that acts for a colleague, under both names", async () => {
    const rows = await sql`
      SELECT actor_id, impersonator_id, changed_fields, host(ip) AS ip FROM annals.audit_log
      WHERE impersonator_id IS NOT NULL`;
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row).toEqual({
        actor_id: cast.tom.username,
        impersonator_id: cast.lena.username,
        changed_fields: ["delivery"],
        ip: cast.lena.ip,
      });
    }
  });

  it("services by their token and jobs by their name", async () => {
    const rows = await sql`
      SELECT actor_kind, actor_id, attribution, module, reason, count(*)::int FROM annals.audit_log
      WHERE actor_kind IN ('service', 'job') GROUP BY 1, 2, 3, 4, 5 ORDER BY 1`;
    expect(rows).toEqual([
      {
        actor_kind: "job",
        actor_id: "nightly-billing",
        attribution: "claimed",
        module: "billing",
        reason: "Monthly invoice run",
        count: 10,
      },
      {
        actor_kind: "service",
        actor_id: "paygate",
        attribution: "token",
        module: "payments",
        reason: null,
        count: 14,
      },
    ]);
  });

  it("under the part of the shop that did it", async () => {
    const rows = await sql`
      SELECT object_type, array_agg(DISTINCT module ORDER BY module) AS modules FROM annals.audit_log
      WHERE source = 'trigger' AND request_id IS NOT NULL GROUP BY object_type ORDER BY object_type`;
    expect(rows).toEqual([
      { object_type: "shop.customers", modules: ["customers"] },
      { object_type: "shop.order_lines", modules: ["customers", "orders"] },
      { object_type: "shop.orders", modules: ["customers", "orders", "payments"] },
      { object_type: "shop.products", modules: ["catalogue", "orders"] },
      { object_type: "shop.users", modules: ["access"] },
    ]);
  });

  it("who looked at a customer", async () => {
    const rows = await sql`SELECT object_label, actor_kind FROM annals.audit_log WHERE action = 'VIEW'`;
    expect(rows).toHaveLength(12);
    for (const row of rows)
      expect(row).toEqual({ object_label: expect.stringMatching(/./), actor_kind: "user" });
  });
});

describe("what must not be on record is not", () => {
  it("no password, no hash of one and no token, under whatever event", async () => {
    const users = await sql`SELECT password_hash, api_token FROM shop.users`;
    const passwords = Object.values(cast).map(({ password }) => password);
    const stored = users.flatMap((user) => [user.password_hash, user.api_token]);
    const canaries = [told.secrets.apiToken, ...passwords, ...stored].filter(Boolean);
    expect(canaries.length).toBeGreaterThan(12);
    const dump = await everythingRecorded();
    expect(dump.length).toBeGreaterThan(100_000);
    expect(canaries.filter((canary) => dump.includes(canary))).toEqual([]);
    // Nor the hashes that were replaced since: any text in the form of one.
    expect(dump).not.toMatch(/[\w-]{22}:[\w-]{43}/);
  });

  it("yet that a password changed is", async () => {
    const rows = await sql`
      SELECT changes FROM annals.audit_log
      WHERE object_type = 'shop.users' AND action = 'UPDATE' AND actor_id = ${cast.tom.username}`;
    expect(rows).toHaveLength(2);
    for (const { changes } of rows) expect(changes).toEqual({ password_hash: { masked: true } });
  });

  it("nothing of an order that was taken back", async () => {
    expect(await everythingRecorded()).not.toContain("Never happened");
    const rows = await sql`SELECT FROM annals.audit_log WHERE changes -> 'quantity' @> '{"new": 9999}'`;
    expect(rows).toHaveLength(0);
  });

  it("no update of a column that is not captured, and none that changed nothing", async () => {
    const rows = await sql`
      SELECT changed_fields FROM annals.audit_log
      WHERE action = 'UPDATE' AND ('last_sign_in_at' = ANY (changed_fields) OR cardinality(changed_fields) = 0)`;
    expect(rows).toEqual([]);
  });
});

describe("the other records", () => {
  it("hold the sign-ins by status and reason", async () => {
    const rows = await sql`
      SELECT status, failure_reason AS reason, count(*)::int FROM annals.login_attempt GROUP BY 1, 2 ORDER BY 1, 2`;
    expect(rows).toEqual([
      { status: "BLOCKED", reason: "locked", count: 2 },
      { status: "FAILED", reason: "bad_password", count: 5 },
      { status: "FAILED", reason: "disabled", count: 3 },
      { status: "FAILED", reason: "unknown_user", count: 12 },
      { status: "SUCCESS", reason: null, count: 5 },
    ]);
  });

  it("hold what the attacker typed, as text, however hostile, cut where it is endless", async () => {
    const rows = await sql`
      SELECT username, actor_kind FROM annals.login_attempt WHERE ip = '198.51.100.23' AND failure_reason = 'unknown_user'`;
    const names = rows.map((row) => row.username);
    expect(names).toContain('"><img src=x onerror=alert(1)>');
    expect(names).toContain("admin'); DROP TABLE users;--");
    expect(names.find((name) => name.startsWith("AAAA"))?.length).toBeLessThanOrEqual(301);
    expect(new Set(rows.map((row) => row.actor_kind))).toEqual(new Set(["anonymous"]));
  });

  it("hold a session's hash, the same for all that was done in it, and never its key", async () => {
    const rows = await sql`
      SELECT DISTINCT session_hash FROM annals.audit_log WHERE actor_id = ${cast.priya.username} AND source = 'trigger'`;
    expect(rows).toEqual([{ session_hash: expect.stringMatching(/^[\w-]{16,}$/) }]);
  });

  it("hold the exports, complete, each with its downloads", async () => {
    const rows = await sql`
      SELECT actor_id, file_format, status, download_count, filters_applied, record_count::int,
        file_size > 40 AS sized, sha256 ~ '^[0-9a-f]{64}$' AS hashed
      FROM annals.data_export ORDER BY seq`;
    const common = { file_format: "csv", status: "completed", sized: true, hashed: true };
    expect(rows).toEqual([
      { ...common, actor_id: "ines.calder", download_count: 2, filters_applied: {}, record_count: 20 },
      {
        ...common,
        actor_id: "lena.petrova",
        download_count: 1,
        filters_applied: { status: "shipped" },
        record_count: 10,
      },
      {
        ...common,
        actor_id: "samuel.osei",
        download_count: 0,
        filters_applied: { status: "cancelled" },
        record_count: 0,
      },
    ]);
  });

  it("hold the exception, with the place where it was thrown, and who met it", async () => {
    const [row] = await sql`
      SELECT title, line_number, stack_trace, actor_id, request_id FROM annals.system_event WHERE event_type = 'ERROR'`;
    expect(row?.title).toContain("Cannot read properties of undefined (reading 'grams')");
    expect(row?.stack_trace).toContain("routes/reports.ts");
    expect(row?.line_number).toBeGreaterThan(1);
    expect(row?.actor_id).toBe(cast.ines.username);
  });

  it("hold the slow report, the nightly run, a name that was locked and a payment that was short", async () => {
    const rows = await sql`
      SELECT event_type, title, actor_id FROM annals.system_event WHERE event_type <> 'ERROR' ORDER BY event_type`;
    expect(rows).toEqual([
      { event_type: "MAINTENANCE", title: "Nightly billing finished", actor_id: "nightly-billing" },
      {
        event_type: "PERFORMANCE",
        title: expect.stringContaining("/reports/turnover"),
        actor_id: cast.ines.username,
      },
      { event_type: "SECURITY", title: "Too many failed sign-ins: a name is locked", actor_id: "" },
      { event_type: "WARNING", title: "A payment is not what the order costs", actor_id: "paygate" },
    ]);
  });
});

it("told again, as after a start that was interrupted, the story adds to the first", async () => {
  const before = await sql`SELECT count(*)::int FROM annals.audit_log`;
  await tell();
  const [after] = await sql`
    SELECT count(*)::int, (SELECT count(*)::int FROM shop.users) AS users, (SELECT count(*)::int FROM shop.products) AS products
    FROM annals.audit_log`;
  expect(after?.count).toBeGreaterThan(before[0]?.count + 150);
  expect(after).toMatchObject({ users: Object.keys(cast).length, products: told.repriced });
}, 120_000);
