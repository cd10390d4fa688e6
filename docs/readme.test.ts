// The quick start of README.md, run as it stands there: the lines of the shell, then the program.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEmptyDatabase, type TestDatabase } from "../testing/database.ts";
import { freePort } from "../testing/free-port.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const quickStart = section("Quick start");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const library = JSON.parse(readFileSync(join(root, "lib/package.json"), "utf8"));

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await openEmptyDatabase();
  await database.sql`create table orders (id int primary key, number text, status text not null default 'new')`;
  // A host's folder: its own program, and what `npm install` would have put there.
  folder = mkdtempSync(join(tmpdir(), "annals-readme-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const compilerOptions = { incremental: false, typeRoots: [join(root, "node_modules/@types")] };
  const tsconfig = { extends: join(root, "tsconfig.json"), compilerOptions, include: ["app.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  writeFileSync(join(folder, "app.ts"), block(quickStart, "ts"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.close();
});

/** The text under a heading, up to the next. */
function section(heading: string): string {
  const text = readme.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (text === undefined) throw new Error(`README.md has no section “${heading}”.`);
  return text;
}

/** The first block of code in a language. */
function block(text: string, language: string): string {
  const [, code] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(text) ?? [];
  if (code === undefined) throw new Error(`There is no block of ${language}.`);
  return code;
}

function node(args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: database.url, ...env },
  });
}

async function outcomeOf(child: ChildProcess): Promise<string> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  return `${output}exit code ${code}`;
}

/** The command line from its source: `npx annals` finds the same, built. */
function annals(args: string[]): ChildProcess {
  const main = JSON.stringify(new URL("../lib/cli/main.ts", import.meta.url).href);
  const code = `const { main } = await import(${main}); process.exitCode = await main(process.argv.slice(1));`;
  return node(["--import", "tsx", "--input-type=module", "-e", code, "--", ...args]);
}

async function until<T>(read: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(50)) {
    const value = await read();
    if (value !== undefined) return value;
  }
  throw new Error("It has not come in 20 s.");
}

describe("the quick start", () => {
  test("installs what is there, migrates and tracks", async () => {
    const lines = block(quickStart, "sh").trim().split("\n");
    for (const line of lines) {
      const [, packages] = /^npm install (.+)$/.exec(line) ?? [];
      const [, args] = /^npx annals (.+)$/.exec(line) ?? [];
      expect(packages ?? args, line).toBeDefined();
      for (const name of packages?.split(" ") ?? [])
        expect(existsSync(join(root, "node_modules", name, "package.json")), name).toBe(true);
      if (args) expect(await outcomeOf(annals(args.split(" ")))).toMatch(/exit code 0$/);
    }
    const tracked = await database.sql`select table_name from annals.tracked_table`;
    expect(tracked.map((row) => row.table_name)).toEqual(["orders"]);
  });

  test("is a program whose types are right", async () => {
    expect(
      await outcomeOf(node([join(root, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", folder])),
    ).toBe("exit code 0");
  });

  test("leaves the event that is shown", async () => {
    await database.sql`insert into orders (id, number) values (1, 'A-1')`;
    const port = await freePort();
    const app = node(["--import", "tsx", "app.ts"], { PORT: String(port) });
    const ended = outcomeOf(app);
    try {
      const ask = () =>
        fetch(`http://127.0.0.1:${port}/orders/1/ship`, {
          method: "POST",
          headers: { "user-agent": "curl/8.11.0" },
        }).catch(() => undefined);
      const response = await Promise.race([until(ask), ended]);
      expect(response).toMatchObject({ status: 204 });
      const event = await until(async () => {
        const [row] = await database.sql`
          select to_jsonb(a) as event from annals.audit_log a where action = 'UPDATE'`;
        return row?.event as Record<string, unknown> | undefined;
      });
      const shown = JSON.parse(block(quickStart, "json")) as Record<string, unknown>;
      const own = {
        seq: /^\d+$/,
        recorded_at: /^\d{4}-.+T.+\.\d+[+-]\d\d:\d\d$/,
        tx: /^\d+$/,
        request_id: /^[0-9a-f-]{36}$/,
        db_role: /./,
      };
      for (const [name, form] of Object.entries(own)) {
        expect(String(shown[name]), name).toMatch(form);
        expect(String(event[name]), name).toMatch(form);
        expect(typeof event[name], name).toBe(typeof shown[name]);
        delete event[name];
        delete shown[name];
      }
      const filled = Object.entries(event).filter(([, value]) => value !== null && value !== "");
      expect(Object.fromEntries(filled)).toEqual(shown);
    } finally {
      app.kill();
      await ended;
    }
  });
});

describe("the table of adapters", () => {
  const rows = [
    ...section("Versions and adapters").matchAll(/^\| (.+?) \| `annals\/(.+?)` \| (.+?) \|$/gm),
  ].map(([, works = "", door = "", names = ""]) => ({
    works,
    door,
    names: [...names.matchAll(/`(.+?)`/g)].map(([, n]) => n),
  }));

  test("names every door of the package, and none that is not there", () => {
    const doors = Object.keys(library.exports).filter((door) => ![".", "./package.json"].includes(door));
    expect(rows.map(({ door }) => `./${door}`).sort()).toEqual(doors.sort());
  });

  test.each(rows)("$door brings what is named", async ({ door, names }) => {
    const file = library.exports[`./${door}`].default.replace("./dist/", "../lib/").replace(/\.js$/, ".ts");
    const module = await import(new URL(file, import.meta.url).href);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(typeof module[name as string], name).toBe("function");
  });

  test("names the versions that the tests use", () => {
    const { dependencies, devDependencies } = manifest;
    const versions: Record<string, string> = {
      Express: devDependencies.express,
      "Next.js": dependencies.next,
      "postgres.js": dependencies.postgres,
      Drizzle: dependencies["drizzle-orm"],
    };
    for (const { works } of rows) {
      const [, name = "", version = ""] = /^(\S+) ([\d.]+)/.exec(works) ?? [];
      expect(`${versions[name]}.`, works).toMatch(new RegExp(`^${version.replaceAll(".", "\\.")}\\.`));
    }
  });

  test("names the oldest Node.js that the package admits", () => {
    const [, node] = /Node\.js ([\d.]+) or newer/.exec(readme) ?? [];
    expect(library.engines.node).toBe(`>=${node}`);
  });
});
