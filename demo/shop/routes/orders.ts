import { and, desc, eq, gte, inArray, sql } from "drizzle-orm";
import { Router } from "express";
import { z } from "zod";
import { addUp } from "../add-up.ts";
import { allow } from "../caller.ts";
import type { Transaction } from "../database.ts";
import { found, HttpError } from "../http-error.ts";
import { AddressInput, changeOf, Id } from "../inputs.ts";
import type { Shop } from "../shop.ts";
import { customers, orderLines, orderStatuses, orders, products } from "../tables.ts";

const Line = z.object({ productId: Id, quantity: z.number().int().min(1).max(10_000) });
const NewOrder = z.object({
  customerId: Id,
  note: z.string().optional(),
  lines: z.array(Line).min(1).max(50),
});
const OrderChange = z.object({
  status: z.enum(orderStatuses),
  note: z.string().nullable(),
  delivery: AddressInput,
});

export function orderRoutes({ db }: Shop): Router {
  const routes = Router();

  routes.get("/orders", allow("manager", "sales", "support"), async (_request, response) => {
    response.json(await db.select().from(orders).orderBy(desc(orders.id)).limit(50));
  });

  routes.get("/orders/:id", allow("manager", "sales", "support"), async (request, response) => {
    const id = Id.parse(request.params.id);
    const order = found((await db.select().from(orders).where(eq(orders.id, id)))[0], "order");
    const lines = await db
      .select()
      .from(orderLines)
      .where(eq(orderLines.orderId, id))
      .orderBy(orderLines.line);
    response.json({ ...order, lines });
  });

  // All or nothing: an article that is out of stock takes the whole order back, and its events with it.
  routes.post("/orders", allow("manager", "sales"), async (request, response) => {
    const { lines, ...head } = NewOrder.parse(request.body);
    const order = await db.transaction(async (transaction) => {
      const [customer] = await transaction.select().from(customers).where(eq(customers.id, head.customerId));
      const { address } = found(customer, "customer");
      const [row] = await transaction
        .insert(orders)
        .values({ ...head, delivery: address })
        .returning();
      const { id } = found(row, "order");
      const prices = await takeFromStock(transaction, lines);
      const rows = lines.map((line, index) => ({
        ...line,
        orderId: id,
        line: index + 1,
        unitPrice: found(prices.get(line.productId), "product"),
      }));
      await transaction.insert(orderLines).values(rows);
      return addUp(transaction, id);
    });
    response.status(201).json(order);
  });

  routes.patch("/orders/:id", allow("manager", "sales", "support"), async (request, response) => {
    const change = changeOf(OrderChange).parse(request.body);
    const id = Id.parse(request.params.id);
    const shippedAt = change.status === "shipped" ? new Date() : undefined;
    const [row] = await db
      .update(orders)
      .set({ ...change, shippedAt })
      .where(eq(orders.id, id))
      .returning();
    response.json(found(row, "order"));
  });

  routes.delete("/orders/:id", allow("manager"), async (request, response) => {
    const id = Id.parse(request.params.id);
    const [row] = await db.delete(orders).where(eq(orders.id, id)).returning({ id: orders.id });
    found(row, "order");
    response.status(204).end();
  });

  return routes;
}

/** Reduces the stock; answers with the price of each article. */
async function takeFromStock(
  transaction: Transaction,
  lines: z.infer<typeof Line>[],
): Promise<Map<number, string>> {
  for (const { productId, quantity } of lines) {
    const enough = and(eq(products.id, productId), gte(products.stock, quantity));
    const taken = await transaction
      .update(products)
      .set({ stock: sql`${products.stock} - ${quantity}` })
      .where(enough)
      .returning({ id: products.id });
    if (taken.length === 0) throw new HttpError(409, `not enough of product ${productId} in stock`);
  }
  const ids = lines.map((line) => line.productId);
  const rows = await transaction.select().from(products).where(inArray(products.id, ids));
  return new Map(rows.map((row) => [row.id, row.price]));
}
