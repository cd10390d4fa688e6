import { expect, test } from "vitest";
import { requireDatabaseUrl } from "./database-url.ts";

const unreadable = [
  "postgres://u:sEcret%Pw4@h/x",
  "postgres://u:sEcret%@h/x",
  "postgres://u:sEcret%ff@h/x",
  "postgres://sEcret%zz:p@h/x",
  "postgres://u:p@h/sEcret%",
  "postgres://u:sEcret#4@h/x",
  "postgres://u:4#sEcret@h/x",
  "postgres://u:sEcret/4@h/x",
  "postgres://u:12/sEcret@h/x",
  "postgres://u:12?sEcret@h/x",
  "postgres://u:p@h:sEcret/x",
  "mysql://u:sEcret@h/x",
  "u:sEcret@h/x",
  "sEcret",
  "",
];

test.each(unreadable)("%s is refused, and nothing of it is repeated", (url) => {
  let thrown: unknown;
  try {
    requireDatabaseUrl(url);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: "CONFIG_INVALID", hint: expect.stringContaining("percent-encoded") });
  expect(`${(thrown as Error).message}${(thrown as Error).stack}`).not.toContain("sEcret");
});

test.each([
  "postgres://u:sEcret%25Pw4@h/x",
  "postgresql://u:p%40%2F%3F%23@h:5433/x?sslmode=require",
  "postgres://localhost/x",
  "postgres:///x?host=/var/run/postgresql",
  "postgres://u@[::1]:5432/x",
  "postgres://u@h/x?options=-c%20a%3Db@c",
])("%s is taken as it is", (url) => {
  expect(requireDatabaseUrl(url)).toBe(url);
});
