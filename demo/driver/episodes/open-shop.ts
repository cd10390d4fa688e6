import { createFirstManager } from "../../shop/create-first-manager.ts";
import { cast } from "../cast.ts";
import { catalogue } from "../catalogue.ts";
import { clientele } from "../clientele.ts";
import { type Customer, type Product, type Story, signIn, type User } from "../story.ts";
import { expectStatus, Visitor } from "../visitor.ts";

/** The manager comes first, hires everybody, imports the catalogue; sales bring their customers. */
export async function openShop(story: Story): Promise<{ apiToken: string }> {
  const { ines, tom, priya } = story.people;
  await createFirstManager(story.shop, cast.ines);
  expectStatus(await signIn(story, "ines"), 200);

  for (const { username, name, role, password } of Object.values(cast)) {
    const newcomer = { username, name, role, password: password || undefined };
    if (username !== cast.ines.username) expectStatus(await ines.post("/users", newcomer), 201, 409);
  }
  story.users = expectStatus(await ines.get<User[]>("/users"), 200);
  const apiToken = await connectPaygate(story);

  const file = "suppliers/ashdown-2026-11.json";
  expectStatus(await ines.post("/products/import", { file, products: catalogue(story.random) }), 201);
  story.products = expectStatus(await ines.get<Product[]>("/products"), 200);

  for (const name of ["tom", "priya"] as const) expectStatus(await signIn(story, name), 200);
  for (const [index, customer] of clientele(story.random).entries()) {
    const seller = index % 2 === 0 ? tom : priya;
    expectStatus(await seller.post("/customers", customer), 201, 409);
  }
  story.customers = expectStatus(await tom.get<Customer[]>("/customers"), 200);
  return { apiToken };
}

async function connectPaygate(story: Story): Promise<string> {
  const { ip, userAgent, username } = cast.paygate;
  const id = story.users.find((user) => user.username === username)?.id;
  const answer = await story.people.ines.post<{ apiToken: string }>(`/users/${id}/token`);
  const { apiToken } = expectStatus(answer, 201);
  story.people.paygate = new Visitor({ shop: story.url, ip, userAgent, token: apiToken });
  return apiToken;
}
