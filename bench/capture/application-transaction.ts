import { eq, sql as expression, gt } from "drizzle-orm";
import { bigint, boolean, integer, numeric, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { drizzleWithAnnals } from "../../lib/adapters/db/drizzle.ts";
import { createContextStore } from "../../lib/context/store.ts";
import { alternate } from "../rounds.ts";
import { spread } from "./single-rows.ts";

const ordersIn = (name: "orders_plain" | "orders_annals" | "orders_least") =>
  pgTable(name, {
    id: bigint({ mode: "number" }).primaryKey(),
    number: text().notNull(),
    customerId: integer("customer_id").notNull(),
    status: text().notNull(),
    total: numeric({ precision: 12, scale: 2 }).notNull(),
    currency: text().notNull(),
    note: text(),
    isPaid: boolean("is_paid").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  });

const store = createContextStore({ onError: () => {}, actorTimeoutMs: 1000 });

/**
 * µs a transaction as applications write them: begin, four reads, one write, commit, through Drizzle, one
 * client, synchronous commit off; bare, with Annals' client, a context and a tracked table, and bare with the least trigger.
 */
export async function applicationTransaction(
  url: string,
  rounds: number,
  seconds: number,
): Promise<Record<"plain" | "annals" | "least", number[]>> {
  const connect = () =>
    postgres(url, { max: 1, connection: { synchronous_commit: "off" }, onnotice: () => {} });
  const bare = connect();
  const audited = connect();
  const withAnnals = drizzleWithAnnals(audited, { context: store.current });
  const actor = { kind: "user" as const, id: "4711", label: "Ann Example" };
  try {
    return await alternate(
      {
        plain: () => repeat(drizzle(bare), ordersIn("orders_plain"), seconds),
        annals: () =>
          store.run({ actor, module: "orders", requestId: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b" }, () =>
            repeat(withAnnals, ordersIn("orders_annals"), seconds),
          ),
        least: () => repeat(drizzle(bare), ordersIn("orders_least"), seconds),
      },
      rounds,
    );
  } finally {
    await Promise.all([bare.end(), audited.end()]);
  }
}

async function repeat(
  db: PostgresJsDatabase,
  orders: ReturnType<typeof ordersIn>,
  seconds: number,
): Promise<number> {
  const start = performance.now();
  let count = 0;
  while (performance.now() < start + seconds * 1000) {
    const id = 1 + Math.floor(Math.random() * spread);
    await db.transaction(async (tx) => {
      for (const offset of [0, 1, 2])
        await tx
          .select()
          .from(orders)
          .where(eq(orders.id, id + offset));
      await tx.select().from(orders).where(gt(orders.id, id)).orderBy(orders.id).limit(20);
      await tx
        .update(orders)
        .set({ status: count % 2 === 0 ? "open" : "paid", updatedAt: expression`clock_timestamp()` })
        .where(eq(orders.id, id));
    });
    count += 1;
  }
  return ((performance.now() - start) * 1000) / count;
}
