import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { fixed, textOf } from "./run.ts";

test("a fixed part is put together once for its name, and stands in a statement as it was", () => {
  let made = 0;
  const part = () =>
    fixed("a part of this test", () => {
      made += 1;
      return sql`r.${sql.identifier("seq")} <> 0`;
    });
  expect(textOf(sql`SELECT ${part()}, ${part()} WHERE a = ${1}`)).toEqual({
    text: 'SELECT r."seq" <> 0, r."seq" <> 0 WHERE a = $1',
    values: [1],
  });
  expect(made).toBe(1);
});

test("what has parameters is not the same each time, and is refused", () => {
  expect(() => fixed("a part with a value", () => sql`a = ${1}`)).toThrow(/parameters/);
});
