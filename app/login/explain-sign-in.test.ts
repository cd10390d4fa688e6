import { expect, test } from "vitest";
import { explainSignIn } from "./explain-sign-in.ts";

const fresh = { signedOut: false, ended: false, cookies: true };

test.each([
  ["CredentialsSignin", "That name and password do not match."],
  ["blocked-4", "Too many attempts. Try again in 4 minutes."],
  ["blocked-1", "Too many attempts. Try again in 1 minute."],
  [
    "unavailable-a7f3-20c1",
    "The sign-in could not be checked, since the database did not answer. Reference a7f3-20c1.",
  ],
  // The code comes from the address, which anybody can write.
  ["unavailable-<b>call 555</b>", "That name and password do not match."],
  ["blocked-call 555", "That name and password do not match."],
])("%s is explained", (code, sentence) => {
  expect(explainSignIn(code, fresh)).toEqual({ error: sentence });
});

test("a reader who has signed out is told so, and not that a session ended", () => {
  expect(explainSignIn(undefined, { ...fresh, signedOut: true, ended: true }).notice?.sentence).toBe(
    "You are signed out.",
  );
});

test("a reader whose session has ended is told so", () => {
  expect(explainSignIn(undefined, { ...fresh, ended: true }).notice?.sentence).toBe(
    "Your session has ended.",
  );
});

test("a reader who comes for the first time is told nothing", () => {
  expect(explainSignIn(undefined, fresh)).toEqual({});
});
