import { expect, test } from "vitest";
import { writingKeyword } from "./writing-keyword.ts";

test.each([
  ["insert into t values (1)", "insert"],
  ["  \n\t INSERT INTO t", "insert"],
  ["Update t set x = 1", "update"],
  ["delete from t", "delete"],
  ["merge into t using s", "merge"],
  ["truncate t", "truncate"],
  ["call p()", "call"],
  ["do $$ begin end $$", "do"],
  ["-- why\ninsert into t", "insert"],
  ["/* a */ /* b /* c */ */ delete from t", "delete"],
  [";; insert into t", "insert"],
  ["with x as (insert into t values (1) returning *) select * from x", "with"],
  ["with x as (select 1) update t set y = 1", "with"],
])("%j is a write", (text, keyword) => {
  expect(writingKeyword(text)).toBe(keyword);
});

test.each([
  "select 1",
  "select 'insert into t'",
  "with x as (select 1) select * from x",
  "insertion",
  "inserted_rows",
  "-- insert into t",
  "/* insert into t",
  "/* insert */ select 1",
  "explain insert into t values (1)",
  "copy t from stdin",
  "begin",
  "set x = 1",
  "",
  "   ",
])("%j passes untouched", (text) => {
  expect(writingKeyword(text)).toBeUndefined();
});

test("a `with` whose writing word stands behind a parameter is a write", () => {
  expect(writingKeyword("with x as (select ", [") insert into t select * from x"])).toBe("with");
});
