import { type ColumnDef, constructTable, tableFeatures } from "@tanstack/react-table";
import { storeReactivityBindings } from "@tanstack/table-core/store-reactivity-bindings";
import type { Field } from "@/lib/fields/field.ts";
import type { Definition } from "@/lib/records/define.ts";
import type { Row } from "../fields/row.ts";
import { type Place, placeOf } from "./layout.ts";

export interface ColumnMeta extends Place {
  /** Name in the definition. */
  name: string;
  field: Field;
}

// The database sorts, filters and pages; the table only lays out what it found. It is built on the server, so
// nothing of it is sent to the browser.
const features = tableFeatures({ coreReactivityFeature: storeReactivityBindings() });

/** A table of one page of records: columns in the order of the definition, each with its place. */
export function buildTable(definition: Definition, rows: readonly Row[]) {
  const columns: ColumnDef<typeof features, Row>[] = definition.columns.flatMap((name) => {
    const field = definition.fields[name];
    if (!field) return [];
    const meta: ColumnMeta = { name, field, ...placeOf(definition.kind, name) };
    return [{ id: name, header: field.label, accessorFn: (row: Row) => row[field.column], meta }];
  });
  return constructTable({ features, columns, data: rows as Row[], getRowId: (row) => String(row.seq) });
}

/** A column's place and field, as `buildTable` put them there. */
export function metaOf(column: { columnDef: { meta?: unknown } }): ColumnMeta {
  return column.columnDef.meta as ColumnMeta;
}
