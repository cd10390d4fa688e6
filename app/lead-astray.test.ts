import { parseAndValidateFlightRouterState } from "next/dist/server/app-render/parse-and-validate-flight-router-state";
import { expect, test } from "vitest";
import { isAddress, isStateHeader, leadAstray } from "./lead-astray.ts";

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

const tree = [
  "",
  { children: [["kind", "audit", "d", null], { children: ["__PAGE__", {}, null, "refetch"] }] },
];

test.each([
  JSON.stringify(tree),
  encodeURIComponent(JSON.stringify(tree)),
  '["",{"children":["__PAGE__",{},null,null,3,"x"]},["/a","/b"],null]',
])("a state of Next's own router is passed on: %s", (header) => {
  expect(isStateHeader(header)).toBe(true);
  // It is what Next itself takes.
  expect(parseAndValidateFlightRouterState(header)).toBeDefined();
});

test.each([
  "garbage",
  "%ff",
  "[[[[",
  "[]",
  "{}",
  '[""]',
  '["",{"children":5}]',
  '[["a","b","x",null],{}]',
  '[["a","b","d"],{}]',
  '["",{},["a"]]',
  '["",{},null,"x"]',
  '["",{},null,null,"1"]',
  '["",{},null,null,1,null]',
  '["",{},null,null,1,"",1]',
])("what Next would fail at is left out: %s", (header) => {
  const request = { url: "/audit", headers: { "next-router-state-tree": header } };
  leadAstray(request);
  expect(request).toEqual({ url: "/audit", headers: {} });
  expect(() => parseAndValidateFlightRouterState(header)).toThrow();
});
