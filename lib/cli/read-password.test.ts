import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readPassword } from "./read-password.ts";

/** What happened at the terminal, in order. */
const seen: string[] = [];
let keys: PassThrough;
let terminal: NodeJS.ReadStream;

beforeEach(() => {
  seen.length = 0;
  keys = new PassThrough();
  const setRawMode = (raw: boolean) => seen.push(raw ? "(hidden)" : "(shown)");
  terminal = Object.assign(keys, { isTTY: true, setRawMode }) as never;
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    seen.push(String(text));
    // As fast as no human types.
    if (String(text).endsWith(": ")) setImmediate(() => keys.write(answers.shift() ?? "\u0004"));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());
let answers: string[] = [];

test("a password is asked for twice, and nothing is shown from before the first question on", async () => {
  answers = ["correct horse\r", "correct horsf\u007fe\r"];
  expect(await readPassword(false, terminal)).toBe("correct horse");
  expect(seen).toEqual(["(hidden)", "Password: ", "\n", "Once more: ", "\n", "(shown)"]);
});

test.each([[[]], [["correct horse\r"]]])("Ctrl+D ends it without a password, after %j", async (given) => {
  answers = [...given];
  await expect(readPassword(false, terminal)).rejects.toMatchObject({
    code: "USAGE",
    message: "No password was given",
  });
});

test("two that differ are none", async () => {
  answers = ["correct horse\r", "correct house\r"];
  await expect(readPassword(false, terminal)).rejects.toMatchObject({ message: "The two passwords differ" });
});
