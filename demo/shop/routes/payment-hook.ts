import { and, eq } from "drizzle-orm";
import { Router } from "express";
import { z } from "zod";
import { allow } from "../caller.ts";
import { found } from "../http-error.ts";
import { Id, Money } from "../inputs.ts";
import type { Shop } from "../shop.ts";
import { orders } from "../tables.ts";

const Payment = z.object({ orderId: Id, amount: Money });

/** What the payment provider calls, with its own token, when money has come in. */
export function paymentHook({ annals, db }: Shop): Router {
  const routes = Router();

  routes.post("/hooks/payments", allow("service"), async (request, response) => {
    const { orderId, amount } = Payment.parse(request.body);
    const [row] = await db.select().from(orders).where(eq(orders.id, orderId));
    const order = found(row, "order");
    if (Number(amount) !== Number(order.total)) {
      await annals.logSystemEvent({
        eventType: "WARNING",
        title: "A payment is not what the order costs",
        description: `Order ${orderId} costs ${order.total}, ${amount} came in.`,
      });
      response.json({ paid: false });
      return;
    }
    const open = and(eq(orders.id, orderId), eq(orders.status, "open"));
    const rows = await db.update(orders).set({ status: "paid" }).where(open).returning({ id: orders.id });
    response.json({ paid: rows.length === 1 });
  });

  return routes;
}
