import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = ["lib", "app", "components", "demo", "bench", "embedded", "testing", "e2e"];
const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");

/** Which rooms each room may import, from the table in ARCHITECTURE.md. */
const arrows = new Map<string, string[]>();
for (const [, rooms = "", targets = ""] of text.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)) {
  if (rooms === "room" || rooms.startsWith("-")) continue;
  for (const room of rooms.split(", ")) arrows.set(room, targets === "–" ? [] : targets.split(", "));
}

const doors: Record<string, { default?: string }> = JSON.parse(
  readFileSync(join(root, "lib/package.json"), "utf8"),
).exports;

const files = folders
  .flatMap((folder) => sourceFiles(join(root, folder)))
  .map((path) => relative(root, path));
const imports = new Map(files.map((file) => [file, importsOf(file)]));

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["node_modules", "dist"].includes(entry.name) ? [] : sourceFiles(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

/** Every module that a file imports, re-exports or loads: our own as paths, packages by name. */
function importsOf(file: string): string[] {
  const code = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const found = code.matchAll(
    /(?:^|[\s;}])(?:import|export)\s(?:[^"'`;]*?\sfrom\s)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g,
  );
  return [...found].map(([, first, second]) => resolve(file, first ?? second ?? ""));
}

function resolve(file: string, name: string): string {
  if (name.startsWith(".")) return existing(normalize(join(dirname(file), name)));
  if (name.startsWith("@/")) return existing(name.slice(2));
  if (name === "annals" || name.startsWith("annals/")) {
    const door = doors[name.replace(/^annals/, ".")]?.default;
    return door ? door.replace("./dist/", "lib/").replace(/\.js$/, ".ts") : name;
  }
  return name;
}

function existing(path: string): string {
  for (const candidate of [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`]) {
    const stat = statSync(join(root, candidate), { throwIfNoEntry: false });
    if (stat?.isFile()) return candidate;
  }
  return path;
}

function roomOf(file: string): string | undefined {
  const [top = "", second = "", third = ""] = file.split("/");
  if (top === "lib") {
    if (file.split("/").length === 2) return second.replace(/\.ts$/, "");
    if (second === "records" && file.endsWith("/write.ts")) return "records/write";
    return second === "adapters" ? `adapters/${third}` : second;
  }
  if (top === "demo" && second === "shop") return "demo/shop";
  return folders.includes(top) && files.includes(file) ? top : undefined;
}

const isTest = (file: string) => /\.test\.tsx?$|\.spec\.ts$|(^|\/)fixtures\.ts$/.test(file);

describe("the arrows of ARCHITECTURE.md", () => {
  it("name every room, and no room that is not there", () => {
    const rooms = new Set(files.filter((file) => !isTest(file)).map(roomOf));
    const free = ["errors", "executor", "embedded", undefined];
    expect([...rooms].filter((room) => !free.includes(room) && !arrows.has(room ?? ""))).toEqual([]);
    expect([...arrows.keys()].filter((room) => !rooms.has(room))).toEqual([]);
  });

  it("are the only imports between rooms", () => {
    const wrong = files
      .filter((file) => !isTest(file))
      .flatMap((file) =>
        (imports.get(file) ?? []).flatMap((target) => {
          const [from, to] = [roomOf(file), roomOf(target)];
          if (!from || !to || from === to || ["errors", "executor"].includes(to)) return [];
          return arrows.get(from)?.includes(to) ? [] : [`${file} → ${target}: ${from} may not import ${to}`];
        }),
      );
    expect(wrong).toEqual([]);
  });

  it("make no cycle between files", () => {
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: string[]) => {
      if (path.includes(file)) {
        cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
        return;
      }
      if (done.has(file)) return;
      for (const target of imports.get(file) ?? []) if (imports.has(target)) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it("let drizzle-orm into the rooms that build SQL, and nowhere else", () => {
    const users = files.filter((file) =>
      (imports.get(file) ?? []).some((name) => /^drizzle-orm(\/|$)/.test(name)),
    );
    const strangers = users.filter(
      (file) =>
        !isTest(file) && !/^lib\/(records\/[^/]*\/?table|query\/|adapters\/db\/)|^(demo|bench)\//.test(file),
    );
    expect(strangers).toEqual([]);
  });
});

describe("files", () => {
  it("hold one idea each: none is longer than 300 lines, tests apart", () => {
    const long = files
      .filter((file) => !isTest(file) && !file.endsWith("embedded.ts"))
      .map((file) => ({ file, lines: readFileSync(join(root, file), "utf8").split("\n").length }))
      .filter(({ lines }) => lines > 300);
    expect(long).toEqual([]);
  });

  it("of the library import nothing by alias, and the console nothing by package name", () => {
    const aliased = files.filter(
      (file) => file.startsWith("lib/") && / from "@\//.test(readFileSync(join(root, file), "utf8")),
    );
    expect(aliased).toEqual([]);
  });

  it("stand behind every door of the package, one each", () => {
    const behind = Object.keys(doors)
      .filter((door) => door !== "./package.json")
      .map((door) => resolve("", door.replace(/^\./, "annals")));
    expect(behind.filter((file) => !files.includes(file))).toEqual([]);
  });
});
