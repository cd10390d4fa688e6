import { customType, inet, pgSchema, text, uuid } from "drizzle-orm/pg-core";

export const annals = pgSchema("annals");

/** Instants are read as `YYYY-MM-DDTHH:MM:SS.ffffffZ`: a JavaScript Date would lose the microseconds. */
export const instant = customType<{ data: string }>({ dataType: () => "timestamp with time zone" });

/** 64-bit numbers are read as decimal text: beyond 2^53 a number would be another one. */
export const big = customType<{ data: string }>({ dataType: () => "bigint" });

const transaction = customType<{ data: string }>({ dataType: () => "xid8" });

/** JSON is read as text, so that its numbers keep every digit. */
export const jsonText = customType<{ data: string }>({ dataType: () => "jsonb" });

/** The columns that every record carries. */
export const envelope = {
  seq: big("seq").notNull(),
  recorded_at: instant("recorded_at").notNull(),
  tx: transaction("tx").notNull(),
  event_id: uuid("event_id"),
  tenant: text("tenant").notNull(),
  actor_kind: text("actor_kind").notNull(),
  actor_id: text("actor_id").notNull(),
  actor_label: text("actor_label").notNull(),
  impersonator_id: text("impersonator_id"),
  attribution: text("attribution").notNull(),
  ip: inet("ip"),
  ip_source: text("ip_source"),
  user_agent: text("user_agent"),
  session_hash: text("session_hash"),
  request_id: text("request_id"),
  trace_id: text("trace_id"),
  module: text("module").notNull(),
  source: text("source").notNull(),
  db_role: text("db_role").notNull(),
  application: text("application"),
};
