import type postgres from "postgres";
import { outboxBytes } from "./order-tables.ts";
import { singleRowUpdate } from "./single-rows.ts";

/** As a web request has it. */
export const requestContext = {
  actor_kind: "user",
  actor_id: "4711",
  actor_label: "Ann Example",
  attribution: "session",
  ip: "203.0.113.7",
  ip_source: "x-forwarded-for",
  user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  request_id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
  module: "orders",
};

/** Bytes in the outbox for a statement that changes one row: both sides of it, and the context. */
export async function singleBytes(sql: postgres.Sql, context: object | undefined): Promise<number> {
  const statements = 5_000;
  const before = await outboxBytes(sql);
  await sql.begin(async (tx) => {
    if (context) await tx`SELECT set_config('annals.context', ${JSON.stringify(context)}, true)`;
    for (let id = 1; id <= statements; id += 1) await tx.unsafe(singleRowUpdate("annals"), ["paid", id]);
  });
  return ((await outboxBytes(sql)) - before) / statements;
}
