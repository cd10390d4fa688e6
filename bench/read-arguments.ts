import { AnnalsError } from "../lib/errors.ts";
import type { Bench } from "./bench.ts";

/** What the command line asks for: to be told of benches, or to run one with its flags. */
export type Request =
  | { bench?: undefined; told: readonly Bench[] }
  | { bench: Bench; json: boolean; flags: Map<string, number | string> };

/** @throws AnnalsError USAGE, naming what it does not know */
export function readArguments(args: readonly string[], benches: readonly Bench[]): Request {
  const [name, ...rest] = args;
  if (name === undefined || isHelp(name)) return { told: benches };
  const bench = benches.find((candidate) => candidate.name === name);
  if (!bench) {
    const names = benches.map((candidate) => candidate.name).join(", ");
    throw new AnnalsError("USAGE", `There is no bench “${name}”.`, `There are: ${names}.`);
  }
  if (rest.some(isHelp)) return { told: [bench] };
  const flags = new Map<string, number | string>(
    Object.entries(bench.flags).map(([flag, { default: value }]) => [flag, value]),
  );
  let json = false;
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] as string;
    if (word === "--json") {
      json = true;
      continue;
    }
    const [flag = "", inline] = word.replace(/^--/, "").split(/=(.*)/s);
    if (!word.startsWith("--") || !flags.has(flag)) throw unknownFlag(bench, word);
    if (inline === undefined) at += 1;
    const value = inline ?? rest[at];
    flags.set(
      flag,
      typeof bench.flags[flag]?.default === "string" ? readText(flag, value) : readCount(flag, value),
    );
  }
  return { bench, json, flags };
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function readCount(flag: string, text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || text === "" || !Number.isSafeInteger(value) || value < 1) {
    throw new AnnalsError("USAGE", `--${flag} is “${text ?? ""}”.`, "It must be a whole number from 1 on.");
  }
  return value;
}

function readText(flag: string, text: string | undefined): string {
  if (!text) throw new AnnalsError("USAGE", `--${flag} says nothing.`, `Say --${flag} TEXT.`);
  return text;
}

function unknownFlag(bench: Bench, word: string): AnnalsError {
  const known = ["--json", ...Object.keys(bench.flags).map((flag) => `--${flag} N`)].join(", ");
  return new AnnalsError("USAGE", `bench ${bench.name} does not know “${word}”.`, `It knows: ${known}.`);
}
