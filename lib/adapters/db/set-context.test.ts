import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../../testing/database.ts";
import { quoteLiteral } from "./set-context.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test("a quoted literal comes back as it was, whatever the server is set to", async () => {
  const { sql } = database;
  const texts = fc.array(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: fc.constantFrom("'", "\\", '"', "$", ";", "-", "\n", "E", "u", "0") }),
    ),
    { minLength: 20, maxLength: 20 },
  );
  await sql.begin(async (tx) => {
    for (const setting of ["on", "off"]) {
      await tx.unsafe(`set local standard_conforming_strings = ${setting}; set local backslash_quote = off`);
      await fc.assert(
        fc.asyncProperty(texts, async (all) => {
          const storable = all.map((text) => text.replaceAll("\0", "\ufffd"));
          const rows = await tx.unsafe(`select array[${all.map(quoteLiteral).join(",")}]::text[] as texts`);
          expect(rows[0]?.texts).toEqual(storable);
        }),
        { numRuns: 50 },
      );
    }
  });
});
