import { hash } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { matchesPassword } from "./password.ts";

test("only the password that was hashed matches", async () => {
  const stored = await hash("correct horse");
  expect(await matchesPassword(stored, "correct horse")).toBe(true);
  expect(await matchesPassword(stored, "Correct horse")).toBe(false);
  expect(await matchesPassword(stored, "")).toBe(false);
});

test("for a user that does not exist nothing matches, and the answer takes as long", async () => {
  const stored = await hash("correct horse");
  const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  for (let round = 0; round < 9; round += 1) {
    for (const [who, passwordHash] of [
      ["known", stored],
      ["unknown", undefined],
    ] as const) {
      const start = performance.now();
      expect(await matchesPassword(passwordHash, "wrong")).toBe(false);
      times[who].push(performance.now() - start);
    }
  }
  const [known, unknown] = [times.known, times.unknown].map((list) => list.sort((a, b) => a - b)[4] ?? 0);
  // A missing hash would take a thousandth; half and double leave room for a busy machine.
  expect((unknown ?? 0) / (known ?? 1)).toBeGreaterThan(0.5);
  expect((unknown ?? 0) / (known ?? 1)).toBeLessThan(2);
});
