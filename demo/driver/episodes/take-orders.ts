import type { Order, Story } from "../story.ts";
import { expectStatus } from "../visitor.ts";

const notes = [
  undefined,
  undefined,
  "Ring twice",
  "Leave with the porter",
  "Gift wrap — “for Ada”",
  "Quote no. 4471",
];

/** Twenty orders, a few lines each, and one that asks for more than there is: that one leaves no trace. */
export async function takeOrders(story: Story): Promise<void> {
  const { people, random, customers, products } = story;
  for (let count = 0; count < 20; count += 1) {
    const seller = random.pick([people.tom, people.priya]);
    const lines = someProducts(story).map((productId) => ({ productId, quantity: random.between(1, 4) }));
    const order = { customerId: random.pick(customers).id, note: random.pick(notes), lines };
    const taken = expectStatus(await seller.post<Omit<Order, "lines">>("/orders", order), 201);
    story.orders.push({ ...taken, lines: lines.length });
  }
  const tooMuch = [
    { productId: random.pick(products).id, quantity: 1 },
    { productId: random.pick(products).id, quantity: 9_999 },
  ];
  const customerId = random.pick(customers).id;
  expectStatus(
    await people.priya.post("/orders", { customerId, note: "Never happened", lines: tooMuch }),
    409,
  );
}

/** One to three different articles. */
function someProducts({ random, products }: Story): number[] {
  const wanted = new Set<number>();
  for (let left = random.between(1, 3); left > 0; left -= 1) wanted.add(random.pick(products).id);
  return [...wanted];
}
