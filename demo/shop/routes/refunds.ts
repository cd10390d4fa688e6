import { eq, sql } from "drizzle-orm";
import { Router } from "express";
import { z } from "zod";
import { allow } from "../caller.ts";
import { found, HttpError } from "../http-error.ts";
import { Id, Money } from "../inputs.ts";
import type { Shop } from "../shop.ts";
import { orders } from "../tables.ts";

const Refund = z.object({
  amount: Money,
  reason: z.string().trim().min(5).max(500),
});

export function refundRoutes({ annals, db }: Shop): Router {
  const routes = Router();

  // The table knows only a new sum. What it means, and why, the shop adds: an action of its own, with a
  // reason, in the same transaction, so that there is no refund without its record and no record without it.
  routes.post("/orders/:id/refunds", allow("manager", "support"), async (request, response) => {
    const id = Id.parse(request.params.id);
    const { amount, reason } = Refund.parse(request.body);
    const order = await db.transaction(async (transaction) => {
      const [before] = await transaction.select().from(orders).where(eq(orders.id, id)).for("update");
      const { refunded, total } = found(before, "order");
      if (Number(refunded) + Number(amount) > Number(total)) throw new HttpError(409, "more than was paid");
      const [row] = await transaction
        .update(orders)
        .set({ refunded: sql`${orders.refunded} + ${amount}` })
        .where(eq(orders.id, id))
        .returning();
      const after = found(row, "order");
      await annals.logAuditEvent(
        {
          action: "REFUND",
          object: { type: "shop.orders", id, label: `Order ${id}` },
          changes: { refunded: { old: refunded, new: after.refunded } },
          reason,
        },
        { tx: transaction },
      );
      return after;
    });
    response.status(201).json(order);
  });

  return routes;
}
