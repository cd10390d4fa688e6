import { getTableColumns, type Table } from "drizzle-orm";
import { getTableConfig } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { auditLog } from "./audit/table.ts";
import { systemEvent } from "./events/table.ts";
import { dataExport } from "./exports/table.ts";
import { loginAttempt } from "./logins/table.ts";
import { segment } from "./segment/table.ts";

const tables = { auditLog, loginAttempt, dataExport, systemEvent, segment };
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test.each(Object.entries(tables))(
  "%s agrees with the migrated catalogue, column by column",
  async (_, table) => {
    const { name, schema, primaryKeys } = getTableConfig(table);
    const stored = await database.sql`
    SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS "notNull"
    FROM pg_attribute a WHERE a.attrelid = ${`${schema}.${name}`}::regclass AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum`;
    expect(columnsOf(table)).toEqual([...stored]);

    const key = await database.sql`
    SELECT a.attname AS name FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
    WHERE i.indrelid = ${`${schema}.${name}`}::regclass AND i.indisprimary ORDER BY k.place`;
    expect(primaryKeys[0]?.columns.map((column) => column.name)).toEqual(key.map((column) => column.name));
  },
);

test("the property of every column is its name", () => {
  for (const table of Object.values(tables)) {
    const columns = Object.entries(getTableColumns(table));
    expect(columns.filter(([property, column]) => property !== column.name)).toEqual([]);
  }
});

function columnsOf(table: Table): object[] {
  return Object.values(getTableColumns(table)).map((column) => {
    const { name, notNull } = column;
    return { name, type: column.getSQLType(), notNull };
  });
}
