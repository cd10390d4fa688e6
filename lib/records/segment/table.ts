import { date, primaryKey, text } from "drizzle-orm/pg-core";
import { annals, big, instant } from "../envelope/table.ts";

/** Which numbers and times each month of each record holds; kept by the relay. */
export const segment = annals.table(
  "segment",
  {
    record: text("record").notNull(),
    month: date("month").notNull(),
    from_seq: big("from_seq").notNull(),
    to_seq: big("to_seq").notNull(),
    from_at: instant("from_at").notNull(),
    to_at: instant("to_at").notNull(),
    rows: big("rows").notNull(),
  },
  (table) => [primaryKey({ columns: [table.record, table.month] })],
);
