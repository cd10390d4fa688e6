import { getTableColumns } from "drizzle-orm";
import { getTableConfig } from "drizzle-orm/pg-core";
import { expect, test } from "vitest";
import { auditLog } from "./audit/table.ts";
import { define } from "./define.ts";
import { systemEvent } from "./events/table.ts";
import { dataExport } from "./exports/table.ts";
import { definitions, isKind, kinds } from "./kinds.ts";
import { loginAttempt } from "./logins/table.ts";

const tables = { audit: auditLog, logins: loginAttempt, exports: dataExport, events: systemEvent };
const reserved = [
  "q",
  "from",
  "to",
  "on",
  "tz",
  "sort",
  "after",
  "before",
  "n",
  "peek",
  "cols",
  "view",
  "live",
];

test.each(kinds)("every column of %s is shown in its detail or listed as internal", (kind) => {
  const { fields, sections, internal } = definitions[kind];
  const shown = sections
    .flatMap((section) => section.fields)
    .flatMap((name) => {
      const field = fields[name];
      return field ? [field.column, ...(field.parts ?? [])] : [];
    });
  const columns = Object.keys(getTableColumns(tables[kind]));
  expect([...new Set([...shown, ...internal])].sort()).toEqual(columns.sort());
});

test.each(kinds)("all that %s names exists", (kind) => {
  const { fields, columns, hidden, sections, search, sorts, internal, record } = definitions[kind];
  const names = [...columns, ...hidden, ...sections.flatMap((section) => section.fields)];
  expect(names.filter((name) => !(name in fields))).toEqual([]);
  const table = getTableColumns(tables[kind]);
  const used = [...search, ...Object.values(sorts), ...internal].concat(
    Object.values(fields).flatMap((field) => [field.column, ...(field.parts ?? [])]),
  );
  expect(used.filter((name) => !(name in table))).toEqual([]);
  expect(getTableConfig(tables[kind])).toMatchObject({ name: record, schema: "annals" });
});

test.each(kinds)("no column is offered twice in the list of %s, no field twice in its detail", (kind) => {
  const { columns, hidden, sections } = definitions[kind];
  const offered = [...columns, ...hidden];
  const told = sections.flatMap((section) => section.fields);
  expect([offered.length, told.length]).toEqual([new Set(offered).size, new Set(told).size]);
});

test.each(kinds)("the URL parameters of %s are its own, and are none of the search's", (kind) => {
  const params = Object.values(definitions[kind].fields).flatMap(({ param }) => param ?? []);
  expect(params.length).toBe(new Set(params).size);
  expect(params.filter((param) => reserved.includes(param))).toEqual([]);
});

test.each(kinds)("%s is plain data", (kind) => {
  expect(structuredClone(definitions[kind])).toEqual(definitions[kind]);
});

test("a closed choice lists its whole vocabulary", () => {
  const fields = kinds.flatMap((kind) => Object.values(definitions[kind].fields));
  const closed = fields.filter((field) => (field.type === "choice" || field.type === "flag") && !field.open);
  expect(closed.filter((field) => Object.keys(field.choices ?? {}).length < 2)).toEqual([]);
});

test("only the four kinds are kinds", () => {
  expect(kinds.every(isKind)).toBe(true);
  expect(["", "Audit", "constructor", "audit_log"].some(isKind)).toBe(false);
});

test("a definition that names a column or field that does not exist does not compile", () => {
  const audit = { kind: "audit", record: "audit_log", title: "T", noun: { one: "a", many: "as" } } as const;
  const rest = { hidden: [], sections: [], sorts: {}, internal: [] };
  const fields = { number: { type: "code", label: "N", column: "seq" } } as const;
  const definer = define<{ seq: string }>();
  const astray = { number: { ...fields.number, column: "nope" } } as const;
  // @ts-expect-error: `nope` is no column
  definer({ ...audit, ...rest, fields: astray, columns: [], search: [] });
  // @ts-expect-error: `other` is no field
  definer({ ...audit, ...rest, fields, columns: ["other"], search: [] });
  // @ts-expect-error: `nope` is no column
  definer({ ...audit, ...rest, fields, columns: [], search: ["nope"] });
  expect(definer({ ...audit, ...rest, fields, columns: ["number"], search: ["seq"] }).kind).toBe("audit");
});
