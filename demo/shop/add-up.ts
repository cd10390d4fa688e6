import { eq, sql } from "drizzle-orm";
import type { Transaction } from "./database.ts";
import { found } from "./http-error.ts";
import { orderLines, orders } from "./tables.ts";

/** Sets the total of an order to the sum of its lines. */
export async function addUp(transaction: Transaction, orderId: number) {
  const sum = sql`(SELECT coalesce(sum(quantity * unit_price), 0) FROM ${orderLines} WHERE order_id = ${orderId})`;
  const [row] = await transaction
    .update(orders)
    .set({ total: sum })
    .where(eq(orders.id, orderId))
    .returning();
  return found(row, "order");
}
