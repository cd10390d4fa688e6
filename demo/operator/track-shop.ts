import { track } from "../../lib/capture/track.ts";
import type { Executor } from "../../lib/executor.ts";

/**
 * As the operator of the shop would, with `npx annals track`. Passwords and tokens are masked by their names;
 * that somebody signed in is on record as a sign-in, so the column that says when need not be captured.
 */
export async function trackShop(db: Executor): Promise<void> {
  await track(db, { tables: ["shop.customers", "shop.products", "shop.orders", "shop.order_lines"] });
  await track(db, { tables: ["shop.users"], ignored: ["last_sign_in_at"] });
}
