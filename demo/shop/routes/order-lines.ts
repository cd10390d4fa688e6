import { and, eq } from "drizzle-orm";
import { Router } from "express";
import { z } from "zod";
import { addUp } from "../add-up.ts";
import { allow } from "../caller.ts";
import { found } from "../http-error.ts";
import { Id } from "../inputs.ts";
import type { Shop } from "../shop.ts";
import { orderLines } from "../tables.ts";

const Quantity = z.object({ quantity: z.number().int().min(1).max(10_000) });

export function orderLineRoutes({ db }: Shop): Router {
  const routes = Router();

  routes.patch("/orders/:id/lines/:line", allow("manager", "sales"), async (request, response) => {
    const { id, line } = z.object({ id: Id, line: Id }).parse(request.params);
    const { quantity } = Quantity.parse(request.body);
    const order = await db.transaction(async (transaction) => {
      const which = and(eq(orderLines.orderId, id), eq(orderLines.line, line));
      const [row] = await transaction.update(orderLines).set({ quantity }).where(which).returning();
      found(row, "order line");
      return addUp(transaction, id);
    });
    response.json(order);
  });

  routes.delete("/orders/:id/lines/:line", allow("manager", "sales"), async (request, response) => {
    const { id, line } = z.object({ id: Id, line: Id }).parse(request.params);
    await db.transaction(async (transaction) => {
      const which = and(eq(orderLines.orderId, id), eq(orderLines.line, line));
      const [row] = await transaction.delete(orderLines).where(which).returning();
      found(row, "order line");
      await addUp(transaction, id);
    });
    response.status(204).end();
  });

  return routes;
}
