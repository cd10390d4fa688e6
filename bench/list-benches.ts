import type { Bench } from "./bench.ts";

/** One line for each bench, its flags below it. */
export function listBenches(benches: readonly Bench[]): string {
  const width = Math.max(...benches.map(({ name }) => name.length));
  const lines = benches.flatMap(({ name, summary, flags }) => [
    `  ${name.padEnd(width)}  ${summary}`,
    ...Object.entries(flags).map(
      ([flag, { help, default: value }]) =>
        `  ${" ".repeat(width)}    --${flag} ${typeof value === "string" ? "TEXT" : "N"}  ${help}${value === "" ? "" : ` (${value})`}`,
    ),
  ]);
  return ["npm run bench -- <name> [--json] [flags]", "", ...lines].join("\n");
}
