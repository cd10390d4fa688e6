import { afterAll, beforeAll, expect, test } from "vitest";
import { openEmptyDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession } from "../../testing/session.ts";
import { captureFunctionSql } from "../capture/capture-function.ts";
import { migrations, rights, routines } from "./embedded.ts";
import { migrate } from "./migrate.ts";
import { planMigration } from "./plan-migration.ts";

let database: TestDatabase;
const made: string[] = [];

beforeAll(async () => {
  database = await openEmptyDatabase();
});
afterAll(async () => {
  for (const name of made) await database.sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
  await database.close();
});

test.each(["LATIN1", "EUC_JP", "SQL_ASCII"])(
  "a database in %s is refused, and nothing is changed",
  async (encoding) => {
    const name = `annals_enc_${process.pid}_${encoding.toLowerCase()}`;
    await database.sql.unsafe(
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`,
    );
    made.push(name);
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    const { db, sql, close } = openSession(url.href);
    for (const attempt of [
      () => migrate(db),
      () => migrate(db, { singleRole: true }),
      () => planMigration(db),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        code: "DATABASE_ENCODING",
        message: expect.stringContaining(encoding),
        hint: expect.stringContaining("-E UTF8"),
      });
    }
    const [left] = await sql`select to_regnamespace('annals') is null as clean`;
    await close();
    expect(left).toEqual({ clean: true });
  },
);

test("what runs in a database is ASCII, whatever the client's encoding", () => {
  // These were released with a sign in a comment, and a released migration is never edited.
  const released = ["0001_outbox_and_records", "0004_rollups"];
  const files = [...migrations, ...routines, ...rights].filter(({ name }) => !released.includes(name));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what ASCII is
  const foreign = files.filter(({ text }) => !/^[\x00-\x7f]*$/.test(text)).map(({ name }) => name);
  expect(foreign).toEqual([]);
  expect(files.length).toBeGreaterThan(20);
  const policy = {
    schemaName: "s",
    tableName: "t",
    objectType: "t",
    keyColumns: ["id"],
    labelColumn: null,
    masked: ["a"],
    revealed: [],
    ignored: ["b"],
    skippedActions: [],
    columns: [],
    functionName: "capture_t",
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  expect(captureFunctionSql(policy)).toMatch(/^[\x00-\x7f]*$/);
});
