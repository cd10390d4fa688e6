import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openTestDatabase, type TestDatabase } from "../testing/database.ts";
import { openSilentProxy } from "../testing/silent-proxy.ts";
import { database, type QueryClass } from "./database.ts";

let primary: TestDatabase;
let replica: TestDatabase;

beforeAll(async () => {
  [primary, replica] = await Promise.all([openTestDatabase(), openTestDatabase()]);
});
afterAll(() => Promise.all([primary.close(), replica.close()]));

const classes: [QueryClass, boolean][] = [
  ["rows", true],
  ["figures", true],
  ["access", false],
  ["relay", false],
];

test.each(classes)("%s: reads only, where the reading is done: %s", async (of, reads) => {
  const held = globalThis as { annalsConsole?: object };
  for (const readUrl of ["", replica.url]) {
    held.annalsConsole = undefined;
    vi.stubEnv("DATABASE_URL", primary.url);
    vi.stubEnv("ANNALS_READ_URL", readUrl);
    const [row] = await database(of).query<{ name: string; held: string }>(
      "SELECT current_database() AS name, current_setting('transaction_read_only') AS held",
    );
    const expected = new URL(reads && readUrl ? readUrl : primary.url).pathname.slice(1);
    expect(row).toEqual({ name: expected, held: reads ? "on" : "off" });
  }
  vi.unstubAllEnvs();
});

test.each([
  ["access", "DATABASE_URL"],
  ["rows", "ANNALS_READ_URL"],
] as const)(
  "%s: a URL that cannot be read is refused by the name of %s, without its password",
  (of, setting) => {
    (globalThis as { annalsConsole?: object }).annalsConsole = undefined;
    vi.stubEnv("DATABASE_URL", primary.url);
    vi.stubEnv("ANNALS_READ_URL", "");
    vi.stubEnv(setting, "mysql://annals:sEcret@host/annals");
    let thrown: unknown;
    try {
      database(of);
    } catch (error) {
      thrown = error;
    }
    vi.unstubAllEnvs();
    expect(thrown).toMatchObject({
      code: "CONFIG_INVALID",
      message: `${setting} is not usable. The database URL cannot be read: it does not begin with postgres://`,
      hint: expect.stringContaining("percent-encoded"),
    });
    expect((thrown as Error).stack).not.toContain("sEcret");
  },
);

test("a server that stops without a word is given up after a while, and found again", async () => {
  const proxy = await openSilentProxy(primary.url);
  (globalThis as { annalsConsole?: object }).annalsConsole = undefined;
  vi.stubEnv("DATABASE_URL", proxy.url);
  vi.stubEnv("ANNALS_READ_URL", "");
  const db = database("figures");
  const ask = () => db.query("SELECT 1 AS one");
  try {
    expect(await ask()).toEqual([{ one: 1 }]);
    proxy.silent = true;
    await expect(ask()).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
    proxy.silent = false;
    expect(await ask()).toEqual([{ one: 1 }]);
  } finally {
    vi.unstubAllEnvs();
    proxy.close();
  }
});
