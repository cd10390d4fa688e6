import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";

let database: TestDatabase;
let happening = 0;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  happening += 1;
});

async function happen(
  event: Record<string, unknown> = {},
  context: Record<string, unknown> = {},
): Promise<void> {
  const full = { event_type: "ERROR", title: "boom", fingerprint: `f${happening}`, ...event };
  await database.sql`SELECT annals.record('events', ${JSON.stringify(full)}::text::json, ${JSON.stringify(context)}::text::json)`;
}
const relay = () => database.sql`SELECT annals.relay(1000)`;
const events = () => database.sql`SELECT occurrences, last_seen_at > recorded_at AS again, tenant
  FROM annals.system_event WHERE fingerprint = ${`f${happening}`} ORDER BY seq`;
const head = async () => (await database.sql`SELECT seq::int FROM annals.head`)[0]?.seq;

it("the same happening in one batch is one event that counts", async () => {
  const before = await head();
  for (let time = 0; time < 3; time += 1) await happen();
  await relay();
  expect(await events()).toMatchObject([{ occurrences: 3, again: true }]);
  expect(await head()).toBe(before + 1);
});

it("the same happening again later is counted, takes no number, and the log stays dense", async () => {
  await happen();
  await relay();
  const before = await head();
  await happen();
  await happen();
  await relay();
  expect(await events()).toMatchObject([{ occurrences: 3, again: true }]);
  expect(await head()).toBe(before);
});

it("other fingerprints, other tenants and events without one stay apart", async () => {
  await happen();
  await happen({}, { tenant: "acme" });
  await happen({ fingerprint: null });
  await happen({ fingerprint: null });
  await relay();
  expect(await events()).toMatchObject([
    { occurrences: 1, tenant: "" },
    { occurrences: 1, tenant: "acme" },
  ]);
  const [plain] = await database.sql`SELECT count(*)::int FROM annals.system_event WHERE fingerprint IS NULL`;
  expect(plain).toEqual({ count: 2 });
});

it("a retry of the same event counts once", async () => {
  const event_id = "01a20bfa-4f13-7871-b8a0-9ec4552b9baa";
  await happen({ event_id });
  await happen({ event_id });
  await relay();
  await happen({ event_id });
  await relay();
  expect(await events()).toMatchObject([{ occurrences: 1 }]);
});

it("what happens again after it was resolved is a new event", async () => {
  await happen();
  await relay();
  await database.sql.begin(async (sql) => {
    await sql`ALTER TABLE annals.system_event DISABLE TRIGGER annals_guard`;
    await sql`UPDATE annals.system_event SET resolved = true, resolved_at = now() WHERE fingerprint = ${`f${happening}`}`;
    await sql`ALTER TABLE annals.system_event ENABLE ALWAYS TRIGGER annals_guard`;
  });
  await happen();
  await relay();
  expect(await events()).toMatchObject([{ occurrences: 1 }, { occurrences: 1 }]);
});
