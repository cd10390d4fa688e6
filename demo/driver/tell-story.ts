import type { Shop } from "../shop/shop.ts";
import { attack } from "./episodes/attack.ts";
import { breakThings } from "./episodes/break-things.ts";
import { changePrices } from "./episodes/change-prices.ts";
import { closeTheDay } from "./episodes/close-the-day.ts";
import { doTheWork } from "./episodes/do-the-work.ts";
import { handleMoney } from "./episodes/handle-money.ts";
import { loseCustomer } from "./episodes/lose-customer.ts";
import { openShop } from "./episodes/open-shop.ts";
import { takeDataOut } from "./episodes/take-data-out.ts";
import { takeOrders } from "./episodes/take-orders.ts";
import { writeDirectly } from "./episodes/write-directly.ts";
import { beginStory } from "./story.ts";

export interface TellOptions {
  /** Where the shop listens. */
  url: string;
  shop: Shop;
  databaseUrl: string;
  seed?: number;
}

/**
 * Some days of a small company, told in a few seconds: people, a payment service, a nightly job, somebody
 * at a database prompt and an attacker use the shop, and all that the console shows comes of it. The same
 * seed tells the same story. Told twice to one shop, the second adds to the first.
 */
export async function tellStory({ seed = 20_261_124, ...where }: TellOptions) {
  const story = beginStory({ ...where, seed });
  const secrets = await openShop(story);
  await takeOrders(story);
  await doTheWork(story);
  const refunds = await handleMoney(story);
  const repriced = await changePrices(story);
  const lost = await loseCustomer(story);
  const direct = await writeDirectly(story);
  await takeDataOut(story);
  await breakThings(story);
  await attack(story);
  await closeTheDay(story);
  return { secrets, refunds, repriced, lost, direct };
}
