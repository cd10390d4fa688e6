import { expect, test } from "vitest";
import { isAddress } from "./lead-astray.ts";

test.each([
  "/",
  "/audit?q=%ff",
  "/audit/12#%ff",
  "/logins?username=J%C3%BCrgen",
  "/_next/static/chunks/a.js",
  "http://annals.example/audit",
  "*",
])("%s may be an address", (url) => {
  expect(isAddress(url)).toBe(true);
});

test.each([
  "/%ff",
  "/audit/%ff",
  "/%c0%ae",
  "/%",
  "/%E0%A4%A",
  "/_next/data/x/audit.json",
  "/_next/data",
  "/%5fnext/data/%00.json?a=b",
  "//_next//data/x",
  "http://annals.example/_next/data/x.json",
])("%s is none", (url) => {
  expect(isAddress(url)).toBe(false);
});
