import { expect, test } from "vitest";
import { pathWithin } from "./path-within.ts";

test.each([
  ["/audit?action=%21VIEW&on=2026-03", "/audit?action=%21VIEW&on=2026-03"],
  ["https://annals.example/logins?ip=10.0.0.0%2F8#main", "/logins?ip=10.0.0.0%2F8#main"],
  ["audit", "/audit"],
])("%s stays", (url, path) => {
  expect(pathWithin(url, "https://annals.example")).toBe(path);
});

test.each([
  "https://evil.example/audit",
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "http://annals.example@evil.example",
  "http://annals.example.evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "ftp://annals.example/",
  "https://annals.example//evil.example",
  "/..//evil.example",
  "http://[",
])("%s leads home", (url) => {
  expect(pathWithin(url, "https://annals.example")).toBe("/");
});

test("an address too long to be one of ours leads home", () => {
  expect(pathWithin(`/${"a".repeat(5000)}`)).toBe("/");
});
