// Whatever the functions of TypeScript are given: refused at the call, or filed. Never rejected later.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { type Annals, AnnalsError, createAnnals } from "../index.ts";

let database: TestDatabase;
let annals: Annals;

beforeAll(async () => {
  database = await openTestDatabase();
  annals = createAnnals({
    database: database.url,
    secret: "a secret of sufficient length",
    onError: () => {},
  });
});
afterAll(async () => {
  await annals.close();
  await database.close();
});

/** A sequence that is the same in every run. */
function chooser(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

const cycle: Record<string, unknown> = {};
cycle.self = cycle;
const odd: unknown[] = [
  undefined,
  null,
  "",
  "plain",
  "\u0000",
  "\ud800",
  "a\u0000b\udc00".repeat(400),
  "\u{1f600}".repeat(3000),
  "\u4e16".repeat(700),
  "A",
  "SUCCESS",
  "completed",
  "failed",
  "started",
  "other",
  "odd",
  0,
  -1,
  1.5,
  7,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  10n,
  10n ** 30n,
  true,
  [],
  [1, "\u0000"],
  {},
  { a: { old: 1, new: "\u0000" } },
  { changes: [] },
  { "": null, "\u0000": 1, __proto__: null },
  cycle,
  new Date(Number.NaN),
  new Map([[1, 2]]),
  () => 1,
  Buffer.alloc(3000),
  "not-an-address",
  "::1",
  "999.1.1.1",
  "x".repeat(100_000),
  new Error("\u0000boom"),
  { toJSON: () => "\ud800" },
];

test("random calls of every function, in random contexts", async () => {
  const below = chooser(7);
  const some = () => odd[below(odd.length)];
  const one = <T>(...of: T[]) => of[below(of.length)] as T;
  let refused = 0;
  let written = 0;
  const exports: Awaited<ReturnType<Annals["logDataExport"]>>[] = [];
  const calls: (() => Promise<unknown>)[] = [
    () =>
      annals.logAuditEvent(
        any({
          action: one("REFUND", "VIEW", some()),
          object: any({ type: some(), id: some(), label: some() }),
          changes: some(),
          reason: some(),
          module: some(),
          actor: one(undefined, any({ id: some(), label: some(), kind: some() })),
        }),
      ),
    () => annals.logViewAccess(any({ type: some(), id: some(), label: some() })),
    () =>
      annals.logImport(
        any({
          objectType: some(),
          fileFormat: some(),
          filePath: some(),
          recordCount: some(),
          failedCount: some(),
          reason: some(),
        }),
      ),
    () =>
      annals.logLoginAttempt(
        any({
          username: some(),
          status: one("SUCCESS", "FAILED", "BLOCKED", some()),
          failureReason: one(undefined, "other", some()),
          country: some(),
          city: some(),
        }),
      ),
    async () =>
      exports.push(
        await annals.logDataExport(
          any({
            exportType: some(),
            fileFormat: some(),
            filters: some(),
            status: one(undefined, "completed", some()),
            recordCount: some(),
            fileSize: some(),
            filePath: some(),
            sha256: some(),
            columns: one(undefined, ["a", some()], some()),
          }),
        ),
      ),
    async () =>
      exports[0] &&
      exports[below(exports.length)]?.complete(
        any({
          recordCount: some(),
          fileSize: some(),
          filePath: some(),
          sha256: some(),
          columns: one(undefined, [some()], some()),
        }),
      ),
    async () => exports[0] && exports[below(exports.length)]?.fail(any({ recordCount: some() })),
    async () => exports[0] && exports[below(exports.length)]?.download(),
    () =>
      annals.logSystemEvent(
        any({
          eventType: one("ERROR", "INFO", "SECURITY", some()),
          title: some(),
          description: some(),
          error: some(),
          functionName: some(),
          lineNumber: some(),
          errorCode: some(),
          stackTrace: some(),
          fingerprint: some(),
          module: some(),
        }),
      ),
  ];
  for (let round = 0; round < 1500; round += 1) {
    const call = one(...calls);
    const context = any({
      ip: some(),
      requestId: some(),
      userAgent: some(),
      tenant: some(),
      module: some(),
      reason: some(),
      traceId: some(),
    });
    try {
      if (round % 3 === 0) await annals.run(context, call);
      else await call();
      written += 1;
    } catch (error) {
      if (error instanceof AnnalsError || error instanceof TypeError) refused += 1;
      // What reaches the database is refused there at once, and says why.
      else expect(error).toMatchObject({ code: "22023", message: /^annals\.record: / });
    }
  }
  await annals.catchUp({ maxMs: 60_000 });
  const [state] = await database.sql`select (select count(*)::int from annals.outbox) as waiting,
    (select json_agg(distinct error) from annals.rejected) as errors, (select count(*)::int from annals.audit_log) as audits`;
  expect(state).toMatchObject({ waiting: 0, errors: null });
  expect(state?.audits).toBeGreaterThan(100);
  expect(written).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(50);
});

// biome-ignore lint/suspicious/noExplicitAny: what a caller without types may give
function any(value: unknown): any {
  return value;
}
