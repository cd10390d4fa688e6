import type { Customer, Story } from "../story.ts";
import { expectStatus } from "../visitor.ts";

export interface LostCustomer {
  id: number;
  orders: number;
  lines: number;
}

/** A customer who asks to be forgotten: one DELETE, and the orders and their lines go with it. */
export async function loseCustomer(story: Story): Promise<LostCustomer> {
  const { ines, priya } = story.people;
  const newcomer = {
    name: "Lantern & Co. (closing down)",
    email: `goodbye+${story.orders[0]?.id}@customers.example`,
    address: { city: "Dover", country: "GB" },
    creditLimit: "250.00",
  };
  const customer = expectStatus(await priya.post<Customer>("/customers", newcomer), 201);
  const baskets = [story.products.slice(0, 3), story.products.slice(4, 6)];
  for (const basket of baskets) {
    const lines = basket.map(({ id }) => ({ productId: id, quantity: 1 }));
    expectStatus(await priya.post("/orders", { customerId: customer.id, lines }), 201);
  }
  expectStatus(await ines.delete(`/customers/${customer.id}`), 204);
  return { id: customer.id, orders: baskets.length, lines: baskets.flat().length };
}
