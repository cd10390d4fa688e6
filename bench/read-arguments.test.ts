import { describe, expect, test } from "vitest";
import type { Bench } from "./bench.ts";
import { benches } from "./benches.ts";
import { listBenches } from "./list-benches.ts";
import { readArguments } from "./read-arguments.ts";

const bench: Bench = {
  name: "speed",
  summary: "how fast it is",
  flags: { rounds: { help: "counted rounds", default: 5 }, rows: { help: "rows", default: 100 } },
  run: async () => [],
};
const read = (...args: string[]) => readArguments(args, [bench]);

describe("the command line of the benches", () => {
  test("without a name asks for the list", () => {
    expect(read()).toEqual({ told: [bench] });
    expect(listBenches([bench])).toContain(
      "  speed  how fast it is\n           --rounds N  counted rounds (5)",
    );
  });

  test("asked for help with one bench, tells of that one and runs nothing", () => {
    const other = { ...bench, name: "other" };
    expect(readArguments(["--help"], [bench, other])).toEqual({ told: [bench, other] });
    expect(readArguments(["speed", "--rows", "9", "--help"], [bench, other])).toEqual({ told: [bench] });
  });

  test("takes flags in either spelling, and the defaults of the others", () => {
    const request = read("speed", "--rounds=7", "--json");
    expect(request).toMatchObject({ bench: { name: "speed" }, json: true });
    expect(request.bench && [...request.flags]).toEqual([
      ["rounds", 7],
      ["rows", 100],
    ]);
    expect(read("speed", "--rows", "9")).toMatchObject({
      json: false,
      flags: new Map([
        ["rounds", 5],
        ["rows", 9],
      ]),
    });
  });

  test.each([
    [["sped"], /no bench “sped”/, /speed/],
    [["speed", "--round", "3"], /“--round”/, /--rounds N/],
    [["speed", "rounds"], /“rounds”/, /--rounds N/],
    [["speed", "--rounds"], /--rounds is “”/, /whole number/],
    [["speed", "--rounds", "0"], /--rounds is “0”/, /whole number/],
    [["speed", "--rounds", "many"], /--rounds is “many”/, /whole number/],
    [["speed", "--rounds", "1.5"], /--rounds is “1.5”/, /whole number/],
  ])("refuses %j, naming it and what would be right", (args, message, hint) => {
    expect(() => read(...args)).toThrow(
      expect.objectContaining({
        code: "USAGE",
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });

  test("knows each bench by one name", () => {
    expect(new Set(benches.map(({ name }) => name)).size).toBe(benches.length);
    expect(benches.map(({ name }) => name)).toEqual(expect.arrayContaining(["capture", "relay", "crash"]));
  });
});
