import type { Story } from "../story.ts";
import { expectStatus } from "../visitor.ts";

export interface RefundFact {
  orderId: number;
  reason: string;
}

/** The payment service reports what was paid, once too little; sales ship, support gives some of it back. */
export async function handleMoney(story: Story): Promise<RefundFact[]> {
  const { people, orders } = story;
  for (const { id } of orders.slice(0, 14)) {
    const { total } = expectStatus(await people.tom.get<{ total: string }>(`/orders/${id}`), 200);
    expectStatus(await people.paygate.post("/hooks/payments", { orderId: id, amount: total }), 200);
  }
  expectStatus(
    await people.paygate.post("/hooks/payments", { orderId: orders[14]?.id, amount: "1.00" }),
    200,
  );
  for (const { id } of orders.slice(0, 10)) {
    expectStatus(await people.tom.patch(`/orders/${id}`, { status: "shipped" }), 200);
  }
  const refunds = [
    { order: orders[1], amount: "5.00", reason: "Arrived with a chipped rim, photo in ticket 8821" },
    { order: orders[3], amount: "7.50", reason: "Delivered two days late, agreed on the phone" },
    { order: orders[6], amount: "4.25", reason: "Wrong colour; customer keeps it at a discount" },
  ];
  const facts: RefundFact[] = [];
  for (const { order, amount, reason } of refunds) {
    if (!order) continue;
    expectStatus(await people.samuel.post(`/orders/${order.id}/refunds`, { amount, reason }), 201);
    facts.push({ orderId: order.id, reason });
  }
  return facts;
}
