// The command line as its users meet it: a process, its output, its exit code.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { verify } from "@node-rs/argon2";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { openSilentProxy } from "../../testing/silent-proxy.ts";
import { routines } from "../migrate/embedded.ts";
import { fillMonths } from "../retention/fixtures.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
// Built as it is published: that also starts a process three times as fast. Below node_modules, so that the
// packages are found.
const built = join(root, "node_modules", ".cache", `annals-cli-${process.pid}`);
const entry = pathToFileURL(join(built, "cli", "main.js")).href;
const code = `const { main } = await import("${entry}"); process.exitCode = await main(process.argv.slice(1));`;
const withTypeScript = { NODE_OPTIONS: `--import=${createRequire(import.meta.url).resolve("tsx")}` };

const folder = mkdtempSync(join(tmpdir(), "annals-cli-"));
let database: TestDatabase | undefined;

beforeAll(() => {
  const compiler = createRequire(import.meta.url)
    .resolve("typescript/package.json")
    .replace("package.json", "bin/tsc");
  // Exit code 1 would only say that there is a type error somewhere, which is not for here to find.
  spawnSync(process.execPath, [compiler, "-p", join(root, "lib"), "--outDir", built]);
});
beforeEach(() => {
  for (const end of ["ts", "mjs", "json"]) rmSync(join(folder, `annals.config.${end}`), { force: true });
});
afterEach(async () => {
  await database?.close();
  database = undefined;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(built, { recursive: true });
});

interface Outcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

function start(args: string[], environment: Record<string, string> = {}): ChildProcess {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const url: Record<string, string> = database ? { DATABASE_URL: database.url } : {};
  return spawn(process.execPath, ["--input-type=module", "-e", code, "--", ...args], {
    cwd: folder,
    env: { ...inherited, ...url, ...environment },
  });
}

async function outcomeOf(child: ChildProcess, input = ""): Promise<Outcome> {
  const outcome: Outcome = { exitCode: null, stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => (outcome.stdout += chunk));
  child.stderr?.on("data", (chunk) => (outcome.stderr += chunk));
  child.stdin?.end(input);
  outcome.exitCode = await new Promise((resolve) => child.once("close", resolve));
  return outcome;
}

function annals(args: string, { input, ...environment }: Record<string, string> = {}): Promise<Outcome> {
  return outcomeOf(start(args.split(" "), environment), input);
}

function writeConfig(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

describe("help and usage", () => {
  test("help names every command and how to begin, and each command explains itself", async () => {
    const { exitCode, stdout } = await annals("--help");
    expect(exitCode).toBe(0);
    const commands = [
      "migrate",
      "track",
      "untrack",
      "check",
      "relay",
      "status",
      "retention",
      "export",
      "user",
    ];
    for (const name of [...commands, "annals track orders", "Exit codes"]) expect(stdout).toContain(name);
    const helps = await Promise.all(commands.map((name) => annals(`${name} --help`)));
    for (const help of helps) {
      expect(help.exitCode).toBe(0);
      expect(help.stdout).toMatch(/Examples?:\n {2}\$ /);
      expect(help.stdout).toContain("--database-url");
      expect(help.stdout).toMatch(/\nWith --json: [[{][\s\S]+\nExit codes: 0 done · 1 /);
    }
  });

  test("help tells what else one would have to find out", async () => {
    const commands = [
      "--help",
      "migrate --help",
      "track --help",
      "user --help",
      "user add --help",
      "status --help",
    ];
    const [all, migrate, track, user, add, status] = await Promise.all(
      commands.map(async (command) => (await annals(command)).stdout.replace(/\s+/g, " ")),
    );
    expect(all).toContain("annals.config.{ts,mts,js,mjs,json}");
    expect(migrate).toContain(
      "Without --host-role the role that is connected gets it, or nobody where that is a superuser",
    );
    for (const word of ["--mask ''", "--label ''", "skipActions", "annals_owner"])
      expect(track).toContain(word);
    expect(user).toContain("annals user role ada auditor");
    for (const text of [user, add]) expect(text).toContain("12 characters or more");
    expect(status).toContain("annals.rejected");
  });

  test("the words that mask a column, as help lists them, are those that the database knows", async () => {
    database = await openTestDatabase();
    const { stdout } = await annals("track --help");
    const [, list = ""] = /one of these words in their names: ([\s\S]+?)\. So/.exec(stdout) ?? [];
    const words = list.match(/\b[a-z][a-z_]+\b/g)?.filter((word) => word !== "also") ?? [];
    const [row] = await database.sql`
      select coalesce(array_agg(word) filter (where not annals.secret_column(word)), '{}') as plain, count(*)::int
      from unnest(${words}::text[]) as word`;
    expect(row?.count).toBeGreaterThan(25);
    expect(row?.plain).toEqual([]);
    const [, alternatives = ""] =
      /'_\(([\s\S]+?)\)_'\)/.exec(
        routines.find(({ name }) => name === "secret_column")?.text.replace(/'\s*\|\| '/g, "") ?? "",
      ) ?? [];
    // Each alternative of the expression fits one of the words.
    const unnamed = alternatives
      .split(/\|(?![^(]*\))/)
      .filter((one) => !words.some((word) => new RegExp(`^(${one})$`).test(word)));
    expect(unnamed).toEqual([]);
  });

  test.each([
    ["nonsense", "unknown command 'nonsense'"],
    ["migrate --nope", "unknown option '--nope'"],
    ["relay --max-rows many", '--max-rows is "many"'],
    ["user add ada --role boss", '--role is "boss"'],
    ["user add a\u0007da --role auditor", 'The user name is "a\\u0007da"'],
    ["export things", 'The kind of record is "things"'],
    ["export audit --format xml", "Allowed choices are ndjson, csv"],
    ["export audit --filter on=2026-13&x=1", "x=1 is not a filter of Audit log; on=2026-13 is no date"],
    ["export audit --filter from=all&to=yesterday", "to=yesterday is not a time"],
    ["export audit --max-rows many", '--max-rows is "many"'],
    ["status", "No database is named"],
    ["status --database-url mysql://root:hunter2@db/x", "The database URL cannot be read"],
  ])("annals %s: exit code 2, what is wrong and what would be right", async (args, message) => {
    const [text, json] = await Promise.all([annals(args), annals(`${args} --json`)]);
    expect(text.exitCode).toBe(2);
    expect(text.stdout).toBe("");
    expect(text.stderr).toMatch(/^annals: .+\nhint: .+\n$/);
    expect(text.stderr).toContain(message);
    expect(text.stderr).not.toContain("hunter2");
    expect(json.exitCode).toBe(2);
    const { error } = JSON.parse(json.stderr);
    expect(error.message).toContain(message);
    expect(error.code).toMatch(/^(USAGE|CONFIG_INVALID)$/);
    expect(error.hint).toMatch(/./);
  });

  test("no command at all: the help, and exit code 2", async () => {
    const { exitCode, stderr } = await outcomeOf(start([]));
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^Usage: annals/);
  });

  test.each(["--json", "user --json"])(
    "no command for a program: annals %s answers in JSON",
    async (args) => {
      const { exitCode, stdout, stderr } = await annals(args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(JSON.parse(stderr).error).toMatchObject({ code: "USAGE", message: "No command is named" });
    },
  );
});

describe("the database", () => {
  test("that does not answer: exit code 3, where it was looked for, no password", async () => {
    const url = "postgres://shop:hunter2@127.0.0.1:9/shop";
    const [text, json] = await Promise.all([
      annals("status", { DATABASE_URL: url }),
      annals("relay --json", { DATABASE_URL: url }),
    ]);
    expect(text).toMatchObject({ exitCode: 3, stdout: "" });
    expect(text.stderr).toMatch(
      /^annals: No connection to PostgreSQL at 127\.0\.0\.1:9\/shop: .+\nhint: .+\n$/,
    );
    expect(json.exitCode).toBe(3);
    expect(JSON.parse(json.stderr).error.code).toBe("DATABASE_UNREACHABLE");
    expect(text.stderr + json.stderr).not.toContain("hunter2");
  });

  test("whose URL cannot be read: exit code 2, what is wrong with it, no password", async () => {
    const url = "postgres://u:sEcret%Pw4@127.0.0.1:9/x";
    writeConfig("annals.config.json", JSON.stringify({ database: url }));
    const outcomes = await Promise.all([
      annals("status", { DATABASE_URL: url }),
      annals(`migrate --json --database-url ${url}`),
      annals("check", { DATABASE_URL: "" }),
      annals("status", { DATABASE_URL: "postgres://u:12/sEcret@127.0.0.1:9/x" }),
    ]);
    for (const { exitCode, stdout, stderr } of outcomes) {
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toMatch(/database URL cannot be read: .*percent-encoded/s);
      expect(stderr).not.toContain("sEcret");
    }
  });

  test("that does not exist: exit code 3, and how to make it", async () => {
    const url = new URL(process.env.ANNALS_TEST_SERVER as string);
    url.pathname = "/nobody_made_this";
    const { exitCode, stderr } = await annals("status", { DATABASE_URL: url.href });
    expect(exitCode).toBe(3);
    expect(stderr).toContain("createdb");
  });

  test("without Annals in it: exit code 1, and which command helps", async () => {
    database = await openEmptyDatabase();
    const commands = ["status", "check", "relay --once", "relay", "user list"];
    for (const { exitCode, stderr } of await Promise.all(commands.map((command) => annals(command)))) {
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/Annals is not installed/);
      expect(stderr).toContain("annals migrate");
    }
  });
});

describe("configuration", () => {
  test("of JSON or JavaScript names the database, and what is given by hand goes before it", async () => {
    database = await openTestDatabase();
    const { url } = database;
    writeConfig("annals.config.json", JSON.stringify({ database: url }));
    expect(await annals("status", { DATABASE_URL: "" })).toMatchObject({ exitCode: 0 });
    writeConfig("annals.config.mjs", `export default { database: "postgres://127.0.0.1:9/elsewhere" };`);
    expect(await annals("status", { DATABASE_URL: "" })).toMatchObject({ exitCode: 3 });
    expect(await annals(`status --database-url ${url}`)).toMatchObject({ exitCode: 0 });
    expect(await annals("status")).toMatchObject({ exitCode: 0 });
  });

  test("of TypeScript is loaded where Node can; where not, that is said when it is needed", async () => {
    database = await openTestDatabase();
    writeConfig(
      "annals.config.ts",
      `const url: string = "${database.url}";\nexport default { database: url };`,
    );
    expect(await annals("status", { DATABASE_URL: "", ...withTypeScript })).toMatchObject({ exitCode: 0 });

    // What Node itself throws without a loader.
    writeConfig(
      "annals.config.ts",
      `throw Object.assign(new Error("no"), { code: "ERR_UNKNOWN_FILE_EXTENSION" });`,
    );
    const needed = await annals("status", { DATABASE_URL: "" });
    expect(needed.exitCode).toBe(2);
    expect(needed.stderr).toMatch(/annals\.config\.ts: Node v.+ does not load TypeScript/);
    expect(needed.stderr).toMatch(/hint: .*tsx.*annals\.config\.mjs/);
    const notNeeded = await annals("status");
    expect(notNeeded.exitCode).toBe(0);
    expect(notNeeded.stderr).toContain("note: not read: annals.config.ts");
  });

  test("that is wrong names its file and field: exit code 2", async () => {
    writeConfig("annals.config.json", JSON.stringify({ skipTable: ["a"] }));
    const { exitCode, stderr } = await annals("status");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/annals: annals\.config\.json: There is no field .*skipTable/);
    writeConfig("annals.config.json", "{");
    expect((await annals("status")).stderr).toMatch(/annals: annals\.config\.json could not be loaded/);
  });
});

test("from an empty database to a record: migrate, track, write, relay, status, check", async () => {
  database = await openEmptyDatabase();
  const { sql } = database;
  await sql.unsafe(`CREATE TABLE orders (id int PRIMARY KEY, number text, internal text);
    CREATE TABLE customers (id int PRIMARY KEY, iban text);
    CREATE TABLE scratch (a int)`);
  writeConfig(
    "annals.config.json",
    JSON.stringify({
      tables: ["orders", "customers"],
      ignored: { orders: ["internal"] },
      skipTables: ["scratch"],
    }),
  );

  const plan = await annals("migrate --dry-run");
  expect(plan.stdout).toContain("CREATE TABLE annals.outbox");
  expect(await sql`select from pg_namespace where nspname = 'annals'`).toHaveLength(0);

  const migrated = await annals("migrate");
  expect(migrated).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(
      /^Annals is installed in database annals_test_\w+, with roles of its own\.\n.+\nNext: /,
    ),
  });
  expect(migrated.stderr).toContain("applied migration 0001_outbox_and_records");
  expect((await annals("migrate")).stdout).toMatch(/is up to date\.\n$/);
  expect((await annals("migrate --dry-run")).stdout).toMatch(/nothing would run/);

  const printed = await annals("track orders --print");
  expect(printed.stdout).toMatch(/^BEGIN;\n[\s\S]*CREATE OR REPLACE TRIGGER annals_insert[\s\S]*COMMIT;\n$/);
  expect(await sql`select from annals.tracked_table`).toHaveLength(0);

  const tracked = await annals("track");
  expect(tracked.exitCode).toBe(0);
  expect(tracked.stdout).toContain(
    "public.orders is tracked as “orders” (key id; label number; ignored internal)",
  );
  expect((await annals("track customers --mask iban --as client")).stdout).toContain("masked iban");

  await sql`insert into orders values (1, 'A-1', 'x')`;
  await sql`insert into customers values (1, 'DE02')`;
  const waiting = JSON.parse((await annals("status --json")).stdout);
  expect(waiting).toMatchObject({
    head: 0,
    waiting: { count: 2, capped: false },
    rejected: 0,
    partitionsAhead: 3,
    readIndexes: { missing: 0, obstacle: null },
  });
  expect(waiting.lagSeconds).toBeGreaterThan(0);
  expect(JSON.parse((await annals("relay --once --json")).stdout)).toEqual({ taken: 2, other: null });
  const rows = await sql`select object_type, object_label, changes from annals.audit_log order by seq`;
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { object_type: "orders", object_label: "A-1", changes: { id: { new: 1 }, number: { new: "A-1" } } },
    { object_type: "client", object_label: "", changes: { id: { new: 1 }, iban: { masked: true } } },
  ]);
  const status = await annals("status");
  expect(status.stdout).toMatch(/newest event +no\. 2, /);
  expect(status.stdout).toMatch(/waiting +nothing/);
  expect(status.stdout).toMatch(/read indexes +complete/);
  expect(status.stdout).toMatch(/tracked +2: public\.customers, public\.orders/);
  expect(status.stdout).toMatch(/rights +enforced, but not against .*\w \(a superuser, connected now\)/);
  await sql`drop index annals.login_attempt_find`;
  expect((await annals("status")).stdout).toMatch(/read indexes +1 missing, so .*: run annals migrate/);

  expect(await annals("check")).toMatchObject({ exitCode: 0, stdout: "Everything is as declared.\n" });
  const counts = "The counts agree with the records, up to number 0 of 2.\n";
  expect(await annals("check --rollups")).toMatchObject({ exitCode: 0, stdout: counts });
  const repaired = await annals("check --rollups --repair --json");
  expect(JSON.parse(repaired.stdout)).toMatchObject({ total: 0, repaired: 0 });
  expect((await annals("check --rollups")).stdout).toContain("up to number 2 of 2");
  expect(await annals("check --repair")).toMatchObject({ exitCode: 2 });
  await sql`alter table orders disable trigger annals_update`;
  const drifted = await annals("check --json");
  expect(drifted.exitCode).toBe(1);
  expect(JSON.parse(drifted.stdout).drifts).toEqual([
    expect.objectContaining({ kind: "trigger_disabled", table: "public.orders" }),
  ]);
  expect((await annals("track orders")).exitCode).toBe(0);
  expect((await annals("check")).exitCode).toBe(0);

  const ended = await annals("untrack orders");
  expect(ended.stdout).toContain("“orders” is tracked no more");
  expect((await annals("check")).stdout).toContain("table_undeclared");
}, 120_000);

test("retention: what is due, a run of it, and what status and the records say then", async () => {
  database = await openTestDatabase();
  const { sql } = database;
  expect((await annals("retention")).stdout).toMatch(/^Everything is kept: /);
  expect((await annals("status")).stdout).toMatch(/retention +everything is kept\n/);
  const archive = join(folder, "archive");
  writeConfig(
    "annals.config.json",
    JSON.stringify({ retention: { archive: "archive", audit: { keep: "1 years" } } }),
  );
  expect((await annals("retention --dry-run")).stdout).toBe(
    `audit   kept for 1 years, archived to ${archive}\nNothing is due.\n`,
  );
  await fillMonths(sql, ["2024-01", "2024-02"], 20);
  const dry = JSON.parse((await annals("retention --dry-run --json")).stdout);
  expect(dry).toMatchObject({
    dryRun: true,
    due: [{ kind: "audit", month: "2024-01", rows: 20 }, { month: "2024-02" }],
  });
  expect((await annals("retention --dry-run")).stdout).toMatch(
    /Due: 2 months, 40 events\. Nothing was changed\.\n$/,
  );
  expect((await annals("status")).stdout).toMatch(
    /due since 2024-01: 2 months, 40 events \(annals retention\)/,
  );

  const missing = await annals("retention --json");
  expect(missing).toMatchObject({ exitCode: 1, stdout: "" });
  expect(JSON.parse(missing.stderr).error).toMatchObject({ code: "ARCHIVE_FAILED" });
  mkdirSync(archive);
  const done = await annals("retention --by ada --reason Ticket-7");
  expect(done).toMatchObject({ exitCode: 0, stdout: "Retired: 2 months, 40 events.\n" });
  expect(done.stderr).toMatch(
    /archived audit_log 2024-01: 20 events in .+\.ndjson\.gz\nretired audit_log 2024-01: 20 events/,
  );
  expect(readdirSync(archive)).toHaveLength(4);
  const [stone] = await sql`select retired_by, reason from annals.tombstone limit 1`;
  expect(stone).toMatchObject({
    retired_by: "ada",
    reason: "Retention policy: audit are kept for 1 years. Ticket-7",
  });
  expect(JSON.parse((await annals("status --json")).stdout).retention).toMatchObject({
    due: { months: 0, rows: 0, oldest: null },
    retired: { months: 2, rows: 40 },
  });
  expect((await annals("status")).stdout).toMatch(/retired so far: 2 months, 40 events, last on 20/);
  expect((await annals("check")).exitCode).toBe(0);
  expect((await annals("retention")).stdout).toBe("Nothing is due.\n");

  writeConfig("annals.config.json", JSON.stringify({ retention: { logins: { keep: "1 year" } } }));
  expect(await annals("retention")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/does not say where logins/),
  });
  writeConfig("annals.config.json", JSON.stringify({ retention: { logins: { keep: "soon" } } }));
  expect(await annals("retention")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/retention\.logins\.keep must be/),
  });
  rmSync(archive, { recursive: true });
}, 60_000);

test("a policy that cannot be read is no policy that keeps everything: exit code 2", async () => {
  database = await openTestDatabase();
  writeConfig(
    "annals.config.ts",
    `throw Object.assign(new Error("no"), { code: "ERR_UNKNOWN_FILE_EXTENSION" });`,
  );
  expect(await annals("retention")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("The policy cannot be read"),
  });
});

test("a capture function that an older version made is replaced by migrate", async () => {
  database = await openTestDatabase();
  const { sql } = database;
  await sql`create table orders (id int primary key)`;
  await annals("track orders");
  const [{ name } = { name: "" }] = await sql<{ name: string }[]>`
    select function_name as name from annals.tracked_table`;
  await sql.unsafe(`CREATE OR REPLACE FUNCTION annals.${name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    AS 'BEGIN RETURN NULL; END'`);
  expect((await annals("check --json")).stdout).toContain("function_changed");
  expect(JSON.parse((await annals("migrate --json")).stdout)).toMatchObject({ capture: ["orders"] });
  expect((await annals("check")).exitCode).toBe(0);
});

test("what --json prints has the fields that the help names", async () => {
  database = await openTestDatabase();
  await database.sql`create table orders (id int primary key)`;
  const commands = ["migrate", "track", "untrack", "check", "status", "retention"];
  const fieldsOf = (text: string) => text.match(/\w+/g)?.sort();
  for (const command of commands) {
    const help = (await annals(`${command} --help`)).stdout;
    const [, named = ""] = /With --json: \[?\{([\s\S]+?)\}/.exec(help) ?? [];
    const { stdout } = await annals(`${command}${/track/.test(command) ? " orders" : ""} --json`);
    const data = JSON.parse(stdout);
    expect(Object.keys(command === "track" ? data[0] : data).sort(), command).toEqual(fieldsOf(named));
  }
}, 60_000);

test("an empty choice takes the one before back, a label too, and what is not said stays", async () => {
  database = await openTestDatabase();
  const { sql } = database;
  await sql`create table people (id int primary key, name text, nick text, iban text)`;
  const policy = async () =>
    (await sql`select masked, label_column as label from annals.tracked_table`).map((row) => ({ ...row }));
  await annals("track people --mask iban --label nick");
  expect(await policy()).toEqual([{ masked: ["iban"], label: "nick" }]);
  expect((await annals("track people --mask ")).exitCode).toBe(0);
  expect(await policy()).toEqual([{ masked: [], label: "nick" }]);
  expect((await annals("track people --label ")).exitCode).toBe(0);
  expect(await policy()).toEqual([{ masked: [], label: null }]);
  expect((await annals("track people")).stdout).not.toContain("label");
  expect((await annals("track people --label name")).stdout).toContain("label name");
  expect(await policy()).toEqual([{ masked: [], label: "name" }]);
}, 60_000);

test("what the configuration says of a table counts, and an error says where it was said", async () => {
  database = await openTestDatabase();
  await database.sql`create table people (id int primary key, name text, nick text, card_token text, iban text, seen int)`;
  writeConfig(
    "annals.config.json",
    JSON.stringify({
      masked: { people: ["iban"] },
      revealed: { "public.people": ["card_token"] },
      ignored: { people: ["seen"] },
      labels: { people: "nick" },
      skipActions: ["TRUNCATE", "VIEW"],
    }),
  );
  expect(JSON.parse((await annals("track people --json")).stdout)).toEqual([
    expect.objectContaining({
      masked: ["iban"],
      revealed: ["card_token"],
      ignored: ["seen"],
      labelColumn: "nick",
      skippedActions: ["TRUNCATE"],
    }),
  ]);
  expect((await annals("track people --mask nope")).stderr).toMatch(
    /^annals: --mask: public\.people has no column “nope”/,
  );
  writeConfig("annals.config.json", JSON.stringify({ masked: { people: ["nope"] } }));
  expect((await annals("track people")).stderr).toMatch(/^annals: masked: public\.people has no column/);
}, 60_000);

test("track refuses options that cannot be meant: exit code 2", async () => {
  database = await openTestDatabase();
  await database.sql`create table orders (id int primary key, number text)`;
  const refusals = [
    ["track", "No table is named"],
    ["track nowhere", "nowhere"],
    ["track orders --mask nmber", "--mask: public.orders has no column “nmber”"],
    ["track orders --reveal nmber", "--reveal: "],
    ["track orders --label nmber", "--label: "],
    ["track orders --skip-action DROP", 'skip-action is "DROP"'],
    ["track orders customers --as o", "--as is about one table"],
  ];
  for (const [args = "", message = ""] of refusals) {
    const { exitCode, stderr } = await annals(args);
    expect(`${args}: ${exitCode}`).toBe(`${args}: 2`);
    expect(stderr).toContain(message);
  }
  expect(await database.sql`select from annals.tracked_table`).toHaveLength(0);
});

test("another relay that keeps its turn is named, and is no “nothing waited”", async () => {
  database = await openTestDatabase();
  const { sql } = database;
  const other = await sql.reserve();
  await other`begin`;
  await other`select annals.relay()`;
  const [{ pid } = { pid: 0 }] = await other<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await sql`select annals.record('audit', '{"action": "WAITS"}')`;
  const [once, json, status, state] = await Promise.all([
    annals("relay --once"),
    annals("relay --once --json"),
    annals("status"),
    annals("status --json"),
  ]);
  expect(once.exitCode).toBe(1);
  expect(once.stdout).toMatch(
    new RegExp(`Another relay is at work \\(process ${pid}, role .*pg_terminate_backend\\(${pid}\\)`, "s"),
  );
  expect(JSON.parse(json.stdout)).toMatchObject({ taken: 0, other: { pid } });
  expect(status.stdout).toMatch(new RegExp(`waiting +1, .*A relay is at work \\(process ${pid}, `));
  expect(JSON.parse(state.stdout)).toMatchObject({ relayAtWork: { pid }, waiting: { count: 1 } });
  // Once it lets go, the one that waits for its turn files.
  const waiting = annals("relay --once");
  setTimeout(() => void other`commit`.then(() => other.release()), 1500);
  expect(await waiting).toMatchObject({ exitCode: 0, stdout: "Filed: 1 from the outbox.\n" });
  expect((await annals("status")).stdout).toMatch(/waiting +nothing\n/);
}, 60_000);

test("a part of the time that is none: exit code 2", async () => {
  for (const part of ["0", "0.01", "2", "half", ""]) {
    const outcome = await outcomeOf(start(["relay", "--max-share", part]));
    expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
    expect(outcome.stderr).toMatch(/--max-share is .*\nhint: .*0\.05 to 1/);
  }
});

test("check names what an installation lacks, and migrate puts it right", async () => {
  database = await openTestDatabase();
  await database.sql`revoke insert on annals.rejected from annals_relay`;
  const { exitCode, stdout } = await annals("check --json");
  expect(exitCode).toBe(1);
  const [drift] = JSON.parse(stdout).drifts;
  expect(drift).toMatchObject({
    table: "schema annals",
    kind: "right_missing",
    hint: "Run `annals migrate`.",
  });
  expect((await annals("check")).stdout).toMatch(
    /INSERT ON TABLE annals\.rejected TO annals_relay\. \[right_missing\]/,
  );
  await annals("migrate");
  expect(await annals("check")).toMatchObject({ exitCode: 0 });
});

test("check names a view that keeps months from being made or dropped", async () => {
  database = await openTestDatabase();
  await database.sql`create view newest as select * from annals.audit_log_default`;
  const { exitCode, stdout } = await annals("check");
  expect(exitCode).toBe(1);
  expect(stdout).toBe(
    `annals.audit_log_default: It is named by view newest, so the events in it cannot be given their months. [partition_in_use]
  Let it name annals.audit_log instead, with a condition on recorded_at, or drop it.\n`,
  );
  const { drifts } = JSON.parse((await annals("check --json")).stdout);
  expect(Object.keys(drifts[0]).sort()).toEqual(["hint", "kind", "message", "table"]);
});

test("a relay that runs files what comes, and ends on SIGTERM with exit code 0", async () => {
  database = await openTestDatabase();
  const { sql } = database;
  const child = start(["relay", "--interval", "50"]);
  const ended = outcomeOf(child);
  await new Promise<void>((resolve) => child.stderr?.once("data", () => resolve()));
  await sql`select annals.record('audit', '{"action": "REFUND"}')`;
  const deadline = Date.now() + 10_000;
  while ((await sql`select from annals.audit_log`).length === 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill("SIGTERM");
  const { exitCode, stderr } = await ended;
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^annals relay: at work on 127\.0\.0\.1:\d+\/annals_test_/);
  expect(await sql`select from annals.audit_log`).toHaveLength(1);
});

test("a relay whose server has stopped without a word ends on SIGTERM all the same", async () => {
  database = await openTestDatabase();
  const { sql } = database;
  const proxy = await openSilentProxy(database.url);
  const child = start(["relay", "--interval", "50"], { DATABASE_URL: proxy.url });
  const ended = outcomeOf(child);
  await new Promise<void>((resolve) => child.stderr?.once("data", () => resolve()));
  proxy.silent = true;
  await sleep(500);
  const told = Date.now();
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(/^annals relay: at work on .+\n$/),
  });
  expect(Date.now() - told).toBeLessThan(4000);
  await sql`select annals.record('audit', '{"action": "REFUND"}')`;
  expect(await annals("relay --once")).toMatchObject({ exitCode: 0, stdout: "Filed: 1 from the outbox.\n" });
  proxy.close();
});

test("users of the console: added, listed, shut out, let in, given a new password, all on record", async () => {
  database = await openTestDatabase();
  const { sql } = database;
  const passwordOf = async () => (await sql`select password_hash as hash from annals.console_user`)[0]?.hash;
  const first = "correct horse battery";
  const input = `${first}\nnot this line`;
  expect(await annals("user add Ada --role auditor --password-stdin", { input })).toMatchObject({
    exitCode: 0,
    stdout: "ada (auditor) may sign in.\n",
  });
  expect(await passwordOf()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verify(await passwordOf(), first)).toBe(true);
  expect(await annals("user add ADA --role auditor --password-stdin", { input })).toMatchObject({
    exitCode: 2,
  });
  expect(await annals("user add bob --role auditor --password-stdin", { input: "short" })).toMatchObject({
    exitCode: 2,
  });
  const noTerminal = await annals("user passwd ada");
  expect(noTerminal).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("no terminal") });

  expect(await annals("user disable ada")).toMatchObject({ exitCode: 0 });
  const listed = await annals("user list --json");
  expect(JSON.parse(listed.stdout).users).toEqual([
    {
      username: "ada",
      label: "ada",
      role: "auditor",
      tenants: null,
      createdAt: expect.any(String),
      disabledAt: expect.any(String),
    },
  ]);
  expect(listed.stdout).not.toContain("argon2");
  expect(await annals("user enable ada")).toMatchObject({ exitCode: 0 });
  expect(await annals("user disable bob")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("bob"),
  });

  expect((await annals("user role ada support")).stdout).toBe("ada (support) has this role now.\n");
  expect((await annals("user role ada support")).exitCode).toBe(0);
  for (const args of ["user role ada boss", "user role bob support"]) {
    expect((await annals(args)).exitCode).toBe(2);
  }

  expect((await annals("user tenants ada north south north")).stdout).toBe(
    "ada (support) sees only north, south.\n",
  );
  expect((await annals("user list")).stdout).toMatch(/ada +support +tenants north, south +ada/);
  expect((await annals("user tenants ada --all")).stdout).toBe("ada (support) sees all records.\n");
  for (const args of ["user tenants ada", "user tenants ada north --all", "user tenants bob north"]) {
    expect((await annals(args)).exitCode).toBe(2);
  }

  await annals("user passwd ada --password-stdin", { input: "another good password\r\n" });
  expect(await verify(await passwordOf(), "another good password")).toBe(true);
  const [row] =
    await sql`select disabled_at, password_changed_at > created_at as changed from annals.console_user`;
  expect(row).toEqual({ disabled_at: null, changed: true });

  await annals("relay --once");
  const events = await sql`select action, object_id, changes, attribution from annals.audit_log order by seq`;
  expect(events.map(({ action, changes }) => `${action} ${JSON.stringify(changes)}`)).toEqual([
    'CREATE {"role":{"new":"auditor"},"label":{"new":"ada"}}',
    'UPDATE {"disabled":{"new":true,"old":false}}',
    'UPDATE {"disabled":{"new":false,"old":true}}',
    'UPDATE {"role":{"new":"support","old":"auditor"}}',
    'UPDATE {"tenants":{"new":["north","south"],"old":null}}',
    'UPDATE {"tenants":{"new":null,"old":["north","south"]}}',
    'UPDATE {"password":{"masked":true}}',
  ]);
  expect(events.every((event) => event.object_id === "ada" && event.attribution === "claimed")).toBe(true);
}, 120_000);

describe("export", () => {
  const started = async (sql: TestDatabase["sql"]) => {
    for (;;) {
      const [row] =
        await sql`select count(*)::int as events from annals.outbox where object_type = 'exports'`;
      if (row?.events > 0) return;
      await sleep(20);
    }
  };
  const filed = async (sql: TestDatabase["sql"]) => {
    await sql`grant select on all tables in schema annals to annals_relay`;
    await sql`select annals.relay()`;
    return sql`select actor_id, attribution, module, export_type, file_format, file_path, status, record_count::int as rows,
      file_size::int as bytes, sha256, filters_applied as filters from annals.data_export order by seq`;
  };

  test("writes what is asked for to standard output or to a file, and is on record", async () => {
    database = await openTestDatabase();
    const { sql } = database;
    for (const [at, action] of ["REFUND", "VIEW", "REFUND"].entries())
      await sql`select annals.record('audit', ${JSON.stringify({
        action,
        object_type: "payment",
        object_id: String(at),
        object_label: "=1",
      })}::text::json)`;
    await annals("relay --once");

    const out = await annals(
      "export audit --filter ?action=REFUND&sort=time --columns object_id,object_label",
    );
    expect(out.exitCode).toBe(0);
    expect(out.stdout).toBe('{"object_id":"0","object_label":"=1"}\n{"object_id":"2","object_label":"=1"}\n');
    const sha256 = createHash("sha256").update(out.stdout).digest("hex");
    expect(out.stderr).toContain(`2 audit events, ${out.stdout.length} bytes, SHA-256 ${sha256}`);

    expect(out.stderr).toContain("note: these are the last seven days");
    expect(out.stderr).not.toContain("wait to be filed");

    const file = join(folder, "refunds.csv");
    writeFileSync(file, "an older one");
    const args = `export audit --filter action=REFUND --format csv --columns object_label --out ${file} --actor ada --json`;
    const toFile = await annals(args);
    expect(toFile).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(file, "utf8")).toBe(`object_label\r\n"'=1"\r\n"'=1"\r\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.includes("refunds"))).toEqual(["refunds.csv"]);
    expect(JSON.parse(toFile.stdout)).toMatchObject({
      kind: "audit",
      format: "csv",
      rows: 2,
      bytes: 28,
      file,
      search: "action=REFUND",
    });

    const waiting = await annals("export events --filter from=all");
    // The two exports so far, started and completed, with what the audit log has of them.
    expect(waiting.stderr).toMatch(/^note: 6 events wait to be filed and are not in it\nannals export: 0 /);
    const records = await filed(sql);
    const filters = { action: "REFUND", tz: "UTC", upTo: "3" };
    const common = { attribution: "claimed", module: "annals export", export_type: "audit_log" };
    expect(records.slice(0, 2)).toMatchObject([
      {
        ...common,
        status: "completed",
        actor_id: userInfo().username,
        rows: 2,
        sha256,
        file_path: null,
        filters,
      },
      { ...common, status: "completed", actor_id: "ada", rows: 2, bytes: 28, file_path: file, filters },
    ]);
    const json = await annals("export logins --json --filter from=all");
    expect(json).toMatchObject({ exitCode: 0, stdout: "" });
    expect(JSON.parse(json.stderr)).toMatchObject({ rows: 0, bytes: 0, file: null, search: "from=all" });
  });

  test("of what cannot be is refused, and leaves no file and no record", async () => {
    database = await openTestDatabase();
    const { sql } = database;
    await sql`select annals.record('audit', '{"action": "REFUND"}') from generate_series(1, 3)`;
    await annals("relay --once");
    const file = join(folder, "no.ndjson");
    const outcomes = await Promise.all([
      annals(`export audit --columns nope --out ${file}`),
      annals(`export audit --out ${folder}`),
      annals(`export audit --out ${join(folder, "nowhere", "no.csv")}`),
      annals(`export audit --max-rows 2 --out ${file}`),
    ]);
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 1]);
    expect(outcomes[3]?.stderr).toMatch(/more than 2 .*hint: .*one month after the other/s);
    // No note of what would have been in it before the error.
    for (const { stderr } of outcomes) expect(stderr).toMatch(/^annals: [^\n]+\nhint: [^\n]+\n$/);
    expect(readdirSync(folder).filter((name) => name.includes("no."))).toEqual([]);
    expect(await filed(sql)).toEqual([]);
  });

  test("that is interrupted, or whose reader goes away, is on record as failed: exit code 1, no file", async () => {
    database = await openTestDatabase();
    const { sql } = database;
    const rows = Array.from({ length: 6000 }, (_, at) => ({
      recorded_at: new Date(Date.parse("2026-03-01T00:00:00Z") + at * 1000).toISOString(),
      reason: "x".repeat(1500),
    }));
    await fillRecords(sql, "audit_log", rows);
    const exporting = start("export audit --filter from=all".split(" "));
    let stderr = "";
    exporting.stderr?.on("data", (chunk) => (stderr += chunk));
    await started(sql);
    await sleep(200);
    exporting.kill("SIGTERM");
    expect(await new Promise((resolve) => exporting.once("exit", resolve))).toBe(1);
    expect(stderr).toContain("Interrupted by SIGTERM");

    const piping = start("export audit --filter from=all".split(" "));
    piping.stdout?.once("data", () => piping.stdout?.destroy());
    stderr = "";
    piping.stderr?.on("data", (chunk) => (stderr += chunk));
    expect(await new Promise((resolve) => piping.once("exit", resolve))).toBe(1);
    expect(stderr).toContain("annals: Whoever read standard output went away");
    const ends =
      await sql`select new_rows::json ->> 'status' as status, (new_rows::json ->> 'record_count')::int as rows
      from annals.outbox where object_type = 'export_update'`;
    expect(ends.map(({ status }) => status)).toEqual(["failed", "failed"]);
    for (const { rows: exported } of ends) expect(exported).toBeLessThan(6000);
  });
});

test("roles that may not: told what they lack, exit code 1", async () => {
  database = await openTestDatabase();
  const { sql, url } = database;
  const role = `annals_cli_${process.pid}`;
  await sql.unsafe(`CREATE ROLE ${role} LOGIN`);
  const own = new URL(url);
  const admin = own.username;
  own.username = role;
  const as = { DATABASE_URL: own.href };
  const refused = await annals("status", as);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("annals_reader") });
  const mayNotRead = await annals("export audit", as);
  await sql.unsafe(`GRANT annals_reader TO ${role}`);
  const mayNotRecord = await annals("export audit", as);
  for (const { exitCode, stdout, stderr } of [mayNotRead, mayNotRecord]) {
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("GRANT annals_reader, annals_writer");
  }
  const status = async () => JSON.parse((await annals("status --json", as)).stdout);
  expect(await status()).toMatchObject({
    roles: { mode: "own", connectedAs: role, superusers: [] },
    lagSeconds: 0,
  });
  await sql`select annals.record('audit', '{"action": "REFUND"}')`;
  const lagging = await status();
  expect(lagging.waiting.count).toBe(1);
  expect(lagging.lagSeconds).toBeGreaterThan(0);
  await sql`select annals.relay()`;
  expect(await status()).toMatchObject({ lagSeconds: 0, roles: { enforced: false, superusers: [admin] } });
  expect(await annals("relay --once", as)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("annals_writer"),
  });
  expect(await annals("user disable ada", as)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("annals_owner"),
  });
  await database.close();
  database = await openEmptyDatabase();
  const empty = new URL(database.url);
  empty.username = role;
  await database.sql.unsafe(`GRANT CREATE ON DATABASE ${empty.pathname.slice(1)} TO ${role}`);
  const single = await annals(`migrate --single-role --database-url ${empty.href}`);
  expect(single).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("note: Single role") });
  const text = (await annals("status", { DATABASE_URL: empty.href })).stdout;
  expect(text).toMatch(new RegExp(`rights +not enforced: one role owns everything, and ${role}`));
  await database.sql.unsafe(`DROP OWNED BY ${role} CASCADE`);
  await database.sql.unsafe(`DROP ROLE ${role}`);
}, 60_000);
