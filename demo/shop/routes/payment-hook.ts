import { and, eq } from "drizzle-orm";
import { Router } from "express";
import { z } from "zod";
import { allow } from "../caller.ts";
import { Id, Money } from "../inputs.ts";
import type { Shop } from "../shop.ts";
import { orders } from "../tables.ts";

const Payment = z.object({ orderId: Id, amount: Money });

/** What the payment provider calls, with its own token, when money has come in. */
export function paymentHook({ db }: Shop): Router {
  const routes = Router();

  routes.post("/hooks/payments", allow("service"), async (request, response) => {
    const { orderId } = Payment.parse(request.body);
    const open = and(eq(orders.id, orderId), eq(orders.status, "open"));
    const rows = await db.update(orders).set({ status: "paid" }).where(open).returning({ id: orders.id });
    response.json({ paid: rows.length === 1 });
  });

  return routes;
}
