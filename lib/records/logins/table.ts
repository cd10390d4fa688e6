import { primaryKey, text } from "drizzle-orm/pg-core";
import { annals, envelope } from "../envelope/table.ts";

export const loginAttempt = annals.table(
  "login_attempt",
  {
    ...envelope,
    username: text("username").notNull(),
    status: text("status").notNull(),
    failure_reason: text("failure_reason"),
    country: text("country"),
    city: text("city"),
  },
  (table) => [primaryKey({ columns: [table.recorded_at, table.seq] })],
);

export type LoginRow = typeof loginAttempt.$inferSelect;
