import type { ReactNode } from "react";
import type { Field } from "@/lib/fields/field.ts";
import type { Row } from "./row.ts";

export interface ValueProps {
  field: Field;
  row: Row;
  zone: string;
}

/** One field of one record in full, on the record's own page; undefined when there is nothing to say. */
export type Value = (props: ValueProps) => ReactNode;
