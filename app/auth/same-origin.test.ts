import { expect, test } from "vitest";
import { isCrossSite } from "./same-origin.ts";

const from = (headers: Record<string, string>, behindProxy = false) =>
  isCrossSite(new Headers({ host: "annals.example", ...headers }), behindProxy);

test.each([
  ["a form of this site", { origin: "https://annals.example", "sec-fetch-site": "same-origin" }],
  ["a form of this site from an older browser", { origin: "https://annals.example" }],
  ["a client that is no browser", {}],
])("%s is of this site", (_, headers) => {
  expect(from(headers)).toBe(false);
});

test.each([
  ["another site", { origin: "https://evil.example" }],
  ["another port", { origin: "https://annals.example:8443" }],
  ["a sandboxed frame", { origin: "null" }],
  [
    "a sister site, by what the browser says",
    { "sec-fetch-site": "same-site", origin: "https://annals.example" },
  ],
  ["a link typed elsewhere", { "sec-fetch-site": "none" }],
  ["nonsense", { origin: "annals.example" }],
])("%s is another site", (_, headers) => {
  expect(from(headers)).toBe(true);
});

test("the host that a proxy names counts when the proxy is trusted, and is anybody's word otherwise", () => {
  const headers = { origin: "https://logs.example", "x-forwarded-host": "logs.example" };
  expect(from(headers, true)).toBe(false);
  expect(from(headers, false)).toBe(true);
  expect(from({ ...headers, origin: "https://annals.example" }, false)).toBe(false);
});
