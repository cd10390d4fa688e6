// What can be checked of prose without reading it: lengths, links, and names of files and commands.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const documents = [...markdownIn(""), ...markdownIn("bench"), ...markdownIn("lib"), ...markdownIn("docs")];
const rooms = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** Paths from the root; below `docs` at every level. */
function markdownIn(folder: string): string[] {
  const recursive = folder === "docs";
  return readdirSync(join(root, folder), { recursive, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
}

function read(document: string): string {
  return readFileSync(join(root, document), "utf8");
}

/** The name under which GitHub and others reach a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

test.each([
  ["README.md", 120],
  ["ARCHITECTURE.md", 100],
  ["CONTRIBUTING.md", 100],
  ["docs/philosophy.md", 100],
  ["docs/limits.md", 100],
  ["docs/glossary.md", 60],
])("%s has at most %i lines", (document, most) => {
  expect(read(document).trimEnd().split("\n").length).toBeLessThanOrEqual(most);
});

test("every decision has its context, decision and consequences, in 50 lines, under a number of its own", () => {
  const decisions = documents.filter((document) => document.startsWith(join("docs", "adr")));
  const numbers = decisions.map((document) => Number(/(\d{3})-[a-z0-9-]+\.md$/.exec(document)?.[1]));
  expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
  for (const decision of decisions) {
    const text = read(decision);
    expect(text, decision).toMatch(
      /^# \d+\. .+\n\nDate: \d{4}-\d\d-\d\d\. Status: (accepted|superseded by \d+)\.\n/,
    );
    expect(text.match(/^## .+$/gm), decision).toEqual(["## Context", "## Decision", "## Consequences"]);
    expect(text.trimEnd().split("\n").length, decision).toBeLessThanOrEqual(50);
  }
});

test.each(documents)("%s links to what is there", (document) => {
  const broken = [...read(document).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
    ([, path = "", anchor]) => {
      const target = path === "" ? join(root, document) : join(root, dirname(document), path);
      if (!existsSync(target)) return true;
      if (anchor === undefined) return false;
      const headings = [...readFileSync(target, "utf8").matchAll(/^#+ (.+)$/gm)];
      return !headings.some(([, heading = ""]) => anchorOf(heading) === anchor);
    },
  );
  expect(broken.map(([link]) => link)).toEqual([]);
});

test.each(documents)("%s names files and commands that there are", (document) => {
  const named = [...read(document).matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
  const gone = named
    .filter((text) => /^[\w.-]+(\/[\w.()[\]-]+)*\/?$/.test(text) && rooms.includes(text.split("/")[0] ?? ""))
    .filter((path) => path.includes("/") && !existsSync(join(root, path)));
  expect(gone).toEqual([]);
  const commands = named.flatMap((text) => /^(?:npx )?annals ([a-z]+)/.exec(text)?.[1] ?? []);
  expect(commands.filter((name) => !existsSync(join(root, "lib/cli", `${name}.ts`)))).toEqual([]);
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const runs = named.flatMap((text) => /^npm (?:run )?(test|(?<=run )[\w:]+)/.exec(text)?.[1] ?? []);
  expect(runs.filter((name) => !(name in scripts))).toEqual([]);
});
