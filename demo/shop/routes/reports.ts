import { sql } from "drizzle-orm";
import { Router } from "express";
import { allow } from "../caller.ts";
import type { Shop } from "../shop.ts";
import { orders, products } from "../tables.ts";

export function reportRoutes({ db }: Shop): Router {
  const routes = Router();

  // Slow, as reports over everything are; the waiting stands in for a few million more orders.
  routes.get("/reports/turnover", allow("manager"), async (_request, response) => {
    const [row] = await db
      .select({ turnover: sql<string>`sum(total - refunded)`, waited: sql`pg_sleep(1.1)::text` })
      .from(orders);
    response.json({ turnover: row?.turnover ?? "0" });
  });

  // Has a bug, as reports that nobody tests have: not every article has a weight.
  routes.get("/reports/shipping-weight", allow("manager"), async (_request, response) => {
    const rows = await db.select().from(products);
    const weights = rows.map((row) => row.attributes.weight as { grams: number });
    response.json({ grams: weights.reduce((sum, weight) => sum + weight.grams, 0) });
  });

  return routes;
}
