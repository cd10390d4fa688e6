// Whatever order transactions begin, write, end and are filed in, each committed write becomes one event. This is
// what the bookkeeping in sql/relay.sql is for: without it the relay would find rows that it has passed only by
// its sweep, which is rare and not due here.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";

type Action =
  | "write"
  | "write in a savepoint that is rolled back"
  | "commit"
  | "roll back"
  | "file in its transaction"
  | "file by itself";
interface Step {
  session: number;
  action: Action;
  /** Batches are small, so that a schedule has many. */
  maxRows: number;
}

let database: TestDatabase;
let sessions: Session[];
let observer: Session;
beforeAll(async () => {
  database = await openTestDatabase();
  sessions = Array.from({ length: 4 }, () => openSession(database.url));
  observer = openSession(database.url);
  // The sweep would find what the bookkeeping has lost.
  await observer.db.query(`ALTER TABLE annals.head DISABLE TRIGGER annals_guard;
    UPDATE annals.head SET swept_at = now() + interval '1 day';
    ALTER TABLE annals.head ENABLE ALWAYS TRIGGER annals_guard`);
});
afterAll(async () => {
  for (const session of [...sessions, observer]) await session.close();
  await database.close();
});

let count = 0;

/** What one session has done in its transaction; undefined while it has none. */
type Open = string[] | undefined;

/** Plays the steps, ends what is open, files the rest. Returns the tokens that were committed. */
async function play(steps: readonly Step[]): Promise<string[]> {
  const open: Open[] = sessions.map(() => undefined);
  const committed: string[] = [];
  const run = (n: number, text: string) => (sessions[n] as Session).db.query(text);
  const begin = async (n: number) => {
    if (!open[n]) await run(n, "BEGIN");
    open[n] ??= [];
  };
  const end = async (n: number, how: "COMMIT" | "ROLLBACK") => {
    await run(n, how);
    if (how === "COMMIT") committed.push(...(open[n] ?? []));
    open[n] = undefined;
  };
  const write = async (n: number) => {
    const token = `T${count++}`;
    await run(n, `SELECT annals.record('audit', '{"action": "SCHEDULE", "object_id": "${token}"}')`);
    return token;
  };
  for (const { session: n, action, maxRows } of steps) {
    const file = `SELECT annals.relay(${maxRows})`;
    if (action === "write") {
      await begin(n);
      open[n]?.push(await write(n));
    } else if (action === "write in a savepoint that is rolled back") {
      await begin(n);
      await run(n, "SAVEPOINT s");
      await write(n);
      await run(n, "ROLLBACK TO s");
    } else if (action === "file in its transaction") {
      await begin(n);
      await run(n, file);
    } else if (action === "file by itself") await observer.db.query(file);
    else await end(n, action === "commit" ? "COMMIT" : "ROLLBACK");
  }
  for (const n of sessions.keys()) if (open[n]) await end(n, "COMMIT");
  for (let taken = 1; taken > 0; ) {
    const [row] = await observer.db.query<{ taken: number }>("SELECT annals.relay(3)::int AS taken");
    taken = row?.taken ?? 0;
  }
  return committed;
}

const step = fc.record({
  session: fc.nat({ max: 3 }),
  action: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Action>("write") },
    { weight: 1, arbitrary: fc.constant<Action>("write in a savepoint that is rolled back") },
    { weight: 3, arbitrary: fc.constant<Action>("commit") },
    { weight: 1, arbitrary: fc.constant<Action>("roll back") },
    { weight: 1, arbitrary: fc.constant<Action>("file in its transaction") },
    { weight: 5, arbitrary: fc.constant<Action>("file by itself") },
  ),
  maxRows: fc.constantFrom(1, 2, 5, 100),
});

test("what a batch had no room for is filed by the next, though its transaction has ended long ago", async () => {
  const at = (session: number, action: Action, maxRows = 100): Step => ({ session, action, maxRows });
  const write = at(0, "write");
  const committed = await play([
    ...[write, write, write, at(1, "write"), at(1, "commit"), at(2, "file by itself")],
    ...[at(0, "commit"), at(2, "file by itself", 1), at(2, "file by itself", 1), at(2, "file by itself", 1)],
  ]);
  const rows = await observer.db.query(
    "SELECT FROM annals.audit_log WHERE object_id = ANY (SELECT pg_catalog.json_array_elements_text($1::text::json))",
    [JSON.stringify(committed)],
  );
  expect(rows).toHaveLength(4);
});

test("in any schedule of four sessions each committed write is filed once, without a gap", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
      const [before] = await observer.db.query<{ seq: string }>("SELECT seq::text FROM annals.head");
      const committed = await play(steps);
      const rows = await observer.db.query<{ seq: number; token: string }>(
        "SELECT (seq - $1::bigint)::int AS seq, object_id AS token FROM annals.audit_log WHERE seq > $1::bigint ORDER BY seq",
        [before?.seq],
      );
      expect(rows.map(({ token }) => token).sort()).toEqual(committed.sort());
      expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, at) => at + 1));
    }),
    { numRuns: 80 },
  );
}, 120_000);
