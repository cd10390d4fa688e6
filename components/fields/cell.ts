import type { ReactNode } from "react";
import type { Field } from "@/lib/fields/field.ts";
import type { Row } from "./row.ts";

export interface CellProps {
  field: Field;
  row: Row;
  /** In which times are shown. */
  zone: string;
  /** Of the record's own page. */
  href: string;
}

/** One field of one record, on one line of the table; empty cells say so to those who do not see them. */
export type Cell = (props: CellProps) => ReactNode;
