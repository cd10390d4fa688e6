import { cast } from "../cast.ts";
import { type Story, signIn } from "../story.ts";
import { expectStatus } from "../visitor.ts";

/** What an office does all day: look things up, correct them, stand in for each other. */
export async function doTheWork(story: Story): Promise<void> {
  const { people, random, customers, orders } = story;
  for (const name of ["lena", "samuel"] as const) expectStatus(await signIn(story, name), 200);

  for (let count = 0; count < 12; count += 1) {
    const reader = random.pick([people.lena, people.samuel, people.priya]);
    expectStatus(await reader.get(`/customers/${random.pick(customers).id}`), 200);
  }
  for (const change of customerChanges(story)) {
    const editor = random.pick([people.lena, people.priya]);
    expectStatus(await editor.patch(`/customers/${random.pick(customers).id}`, change), 200);
  }
  for (const [index, order] of orders.slice(0, 8).entries()) {
    if (index % 2 === 0) {
      expectStatus(
        await people.tom.patch(`/orders/${order.id}/lines/1`, { quantity: random.between(5, 9) }),
        200,
      );
    } else {
      expectStatus(
        await people.priya.patch(`/orders/${order.id}`, { note: `Call before delivery (${index})` }),
        200,
      );
    }
  }
  const twoLines = orders.find((order) => order.lines > 1);
  if (twoLines) expectStatus(await people.tom.delete(`/orders/${twoLines.id}/lines/2`), 204);

  await standIn(story);
  // Changed, and changed back: the record says twice that it changed, and never to what.
  for (const password of ["eight-copper-kettles", cast.tom.password]) {
    expectStatus(await people.tom.patch("/users/me/password", { password }), 204);
  }
}

function customerChanges({ random }: Story) {
  return [
    { phone: "+44 20 7946 0958" },
    { address: { street: "9 Quayside", city: "Newcastle upon Tyne", postcode: "NE1 3DX", country: "GB" } },
    { tags: ["trade", "vip"] },
    { note: "Prefers to be written to in French.\nAsk for Madame Roux." },
    { creditLimit: `${random.between(20, 60) * 500}.00` },
    { note: null },
    { tags: [] },
    { phone: null, note: "No calls, please" },
  ];
}

/** Tom is ill; Lena corrects a delivery in his name, and both names go on record. */
async function standIn({ people, orders }: Story): Promise<void> {
  expectStatus(await people.lena.post("/impersonation", { username: cast.tom.username }), 204);
  const delivery = { street: "Back door, 4 Mill Lane", city: "York", postcode: "YO1 7HH", country: "GB" };
  for (const order of orders.slice(8, 11)) {
    expectStatus(await people.lena.patch(`/orders/${order.id}`, { delivery }), 200);
  }
  expectStatus(await people.lena.delete("/impersonation"), 204);
}
