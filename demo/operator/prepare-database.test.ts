import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { startShop } from "../shop/start-shop.ts";
import { customers } from "../shop/tables.ts";
import { writeBulkHistory } from "./bulk-history.ts";
import { prepareDatabase } from "./prepare-database.ts";
import { newSecret, type State } from "./state.ts";

let database: TestDatabase;
let sql: Sql;
const logged: string[] = [];
const log = (line: string) => void logged.push(line);

beforeAll(async () => {
  database = await openTestDatabase();
  sql = database.sql;
});

afterAll(async () => {
  const roles = await sql`
    SELECT rolname AS name FROM pg_roles WHERE shobj_description(oid, 'pg_authid') LIKE '%' || current_database()`;
  await database.close();
  const server = postgres(`${process.env.ANNALS_TEST_SERVER}`, { max: 1 });
  for (const { name } of roles) await server.unsafe(`DROP ROLE ${name}`);
  await server.end();
});

const blank = (): State => ({
  secret: newSecret(32),
  consolePasswords: {},
  databaseRoles: {},
  storyTold: false,
  bulkRows: 0,
});

async function connectAs<Result>(url: string, work: (role: Sql) => Promise<Result>): Promise<Result> {
  const role = postgres(url, { max: 1, onnotice: () => {} });
  return work(role).finally(() => role.end());
}

describe("prepareDatabase", () => {
  const state = blank();
  let first: Awaited<ReturnType<typeof prepareDatabase>>;

  beforeAll(async () => {
    first = await prepareDatabase(database.url, state, log);
  });

  it("gives shop and console a role each, the shop's owning its schema", async () => {
    const { shop, console } = state.databaseRoles;
    expect(shop?.name).toMatch(/^northgate_shop/);
    expect(console?.name).toMatch(/^northgate_console/);
    const [row] = await sql`
      SELECT pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = 'shop'`;
    expect(row?.owner).toBe(shop?.name);
    expect(await connectAs(first.urls.shop, (role) => role`SELECT current_user AS name`)).toEqual([
      { name: shop?.name },
    ]);
    expect(logged).toEqual([]);
  });

  it("lets the shop record and relay, and read nothing", async () => {
    await connectAs(first.urls.shop, async (role) => {
      await role`SELECT annals.record('events', ${'{"event_type": "INFO", "title": "by the shop"}'}::text::json)`;
      await role`SELECT annals.relay()`;
      await expect(role`SELECT FROM annals.system_event`).rejects.toMatchObject({ code: "42501" });
      await expect(role`SELECT FROM annals.console_user`).rejects.toMatchObject({ code: "42501" });
    });
    expect(await sql`SELECT title FROM annals.system_event`).toEqual([{ title: "by the shop" }]);
  });

  it("lets the console read, and change neither a record nor the shop", async () => {
    await connectAs(first.urls.console, async (role) => {
      expect(await role`SELECT title FROM annals.system_event`).toHaveLength(1);
      expect(await role`SELECT username FROM annals.console_user`).toHaveLength(5);
      await expect(role`DELETE FROM annals.system_event`).rejects.toMatchObject({ code: "42501" });
      await expect(role`SELECT FROM shop.users`).rejects.toMatchObject({ code: "42501" });
    });
  });

  it("tracks the tables of the shop", async () => {
    const tables = await sql`SELECT object_type, ignored FROM annals.tracked_table ORDER BY object_type`;
    expect(tables).toEqual([
      { object_type: "shop.customers", ignored: [] },
      { object_type: "shop.order_lines", ignored: [] },
      { object_type: "shop.orders", ignored: [] },
      { object_type: "shop.products", ignored: [] },
      { object_type: "shop.users", ignored: ["last_sign_in_at"] },
    ]);
  });

  it("makes one user of the console for each role", () => {
    expect(first.users.map(({ role }) => role)).toEqual([
      "support",
      "developer",
      "security",
      "auditor",
      "superuser",
    ]);
    expect(new Set(first.users.map(({ password }) => password)).size).toBe(5);
  });

  it("finds everything in place the second time", async () => {
    const before = structuredClone(state);
    const hashes = await sql`SELECT password_hash FROM annals.console_user ORDER BY username`;
    expect(await prepareDatabase(database.url, state, log)).toEqual(first);
    expect(state).toEqual(before);
    expect(await sql`SELECT password_hash FROM annals.console_user ORDER BY username`).toEqual(hashes);
  });

  it("takes its roles and users over with new passwords when the state was lost", async () => {
    const fresh = blank();
    const again = await prepareDatabase(database.url, fresh, log);
    expect(fresh.databaseRoles.shop?.name).toBe(state.databaseRoles.shop?.name);
    expect(fresh.databaseRoles.shop?.password).not.toBe(state.databaseRoles.shop?.password);
    expect(again.users[0]?.password).not.toBe(first.users[0]?.password);
    expect(await sql`SELECT FROM annals.console_user`).toHaveLength(5);
  });

  it("goes on with the role that demos of old called annals_console", async () => {
    const { shop, console } = state.databaseRoles;
    // Not annals_console itself: that is a role of Annals on this server.
    const old = { name: `annals_console_${process.pid}`, password: `${console?.password}` };
    await sql.unsafe(`ALTER ROLE ${console?.name} RENAME TO ${old.name}`);
    await sql.unsafe(`REVOKE annals_console FROM ${old.name}`);
    const kept = { ...structuredClone(state), databaseRoles: { shop, console: old } };
    const { urls } = await prepareDatabase(database.url, kept, log);
    expect(kept.databaseRoles.shop).toEqual(shop);
    expect(kept.databaseRoles.console?.name).toMatch(/^northgate_console/);
    await connectAs(urls.console, async (role) => {
      expect(await role`SELECT username FROM annals.console_user`).toHaveLength(5);
    });
    expect(await sql`SELECT FROM pg_roles WHERE rolname = ${old.name}`).toHaveLength(0);
    state.databaseRoles = kept.databaseRoles;
  });

  it("refuses a schema “shop” that is somebody else's, and leaves it alone", async () => {
    const other = await openEmptyDatabase();
    await other.sql`CREATE SCHEMA shop`;
    await other.sql`CREATE TABLE shop.baskets (id int)`;
    await expect(prepareDatabase(other.url, blank(), log)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    expect(await other.sql`SELECT FROM pg_namespace WHERE nspname = 'annals'`).toHaveLength(0);
    await other.close();
  });

  it("does with the one role that there is, where it may not make any, and says so", async () => {
    const other = await openEmptyDatabase();
    const name = `plain_${newSecret(6).toLowerCase().replaceAll("-", "_")}`;
    await sql.unsafe(`CREATE ROLE ${name} LOGIN PASSWORD 'plain'`);
    const [row] = await other.sql`SELECT current_database() AS database`;
    await sql.unsafe(`ALTER DATABASE ${row?.database} OWNER TO ${name}`);
    const url = new URL(other.url);
    url.username = name;
    url.password = "plain";
    const said: string[] = [];
    const { urls } = await prepareDatabase(url.href, blank(), (line) => said.push(line));
    expect(urls).toEqual({ operator: url.href, shop: url.href, console: url.href });
    expect(said).toEqual([expect.stringMatching(/may not make roles/)]);
    await other.close();
    await sql.unsafe(`DROP ROLE ${name}`);
  });
});

describe("writeBulkHistory", () => {
  it("adds exactly as many events as were asked for, captured and filed, by several actors", async () => {
    const { urls } = await prepareDatabase(database.url, blank(), log);
    const shop = await startShop({ databaseUrl: urls.shop, secret: newSecret(32) });
    await shop.db.insert(customers).values([
      { name: "Ada", email: "ada@customers.example" },
      { name: "Ben", email: "ben@customers.example" },
    ]);
    await sql`SELECT annals.relay()`;
    const [before] = await sql`SELECT count(*)::int FROM annals.audit_log WHERE source = 'trigger'`;
    const reports: number[] = [];
    for (const seed of [1, 2]) {
      await writeBulkHistory(shop, sql, { rows: 11_001, seed, report: (done) => reports.push(done) });
    }
    await shop.stop();
    const [after] = await sql`
      SELECT count(*)::int, count(DISTINCT actor_id)::int AS actors, count(DISTINCT action)::int AS actions,
        (SELECT count(*)::int FROM annals.outbox) AS waiting
      FROM annals.audit_log WHERE source = 'trigger'`;
    expect(after?.count).toBe(before?.count + 22_002);
    expect(after).toMatchObject({ actions: 2, waiting: 0 });
    expect(after?.actors).toBeGreaterThan(4);
    expect(reports.at(-1)).toBe(11_001);
  }, 120_000);
});
