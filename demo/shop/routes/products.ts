import { eq, sql } from "drizzle-orm";
import { Router } from "express";
import { z } from "zod";
import { allow } from "../caller.ts";
import { found } from "../http-error.ts";
import { changeOf, Id, Money } from "../inputs.ts";
import type { Shop } from "../shop.ts";
import { products } from "../tables.ts";

const NewProduct = z.object({
  sku: z.string().min(1),
  name: z.string().min(1),
  price: Money,
  stock: z.number().int().min(0).optional(),
  attributes: z.record(z.string(), z.unknown()).optional(),
  tags: z.array(z.string()).optional(),
});
const Repricing = z.object({ percent: z.number().min(-50).max(50) });

export function productRoutes({ annals, db }: Shop): Router {
  const routes = Router();

  routes.get("/products", async (_request, response) => {
    response.json(await db.select().from(products).orderBy(products.sku));
  });

  // A supplier's catalogue: new articles are added, known ones take the new name, price and attributes.
  routes.post("/products/import", allow("manager"), async (request, response) => {
    const catalogue = z
      .object({ file: z.string(), products: z.array(NewProduct).min(1) })
      .parse(request.body);
    await db.transaction(async (transaction) => {
      await transaction
        .insert(products)
        .values(catalogue.products)
        .onConflictDoUpdate({
          target: products.sku,
          set: { name: sql`excluded.name`, price: sql`excluded.price`, attributes: sql`excluded.attributes` },
        });
      const { file } = catalogue;
      const recordCount = catalogue.products.length;
      const what = { objectType: "shop.products", fileFormat: "json", filePath: file, recordCount };
      await annals.logImport(what, { tx: transaction });
    });
    response.status(201).json({ imported: catalogue.products.length });
  });

  routes.patch("/products/:id", allow("manager", "sales"), async (request, response) => {
    const change = changeOf(NewProduct).parse(request.body);
    const id = Id.parse(request.params.id);
    const [row] = await db.update(products).set(change).where(eq(products.id, id)).returning();
    response.json(found(row, "product"));
  });

  // One statement over the whole catalogue, yet each article gets its event, with its price before and after.
  routes.post("/products/reprice", allow("manager"), async (request, response) => {
    const { percent } = Repricing.parse(request.body);
    const rows = await db
      .update(products)
      .set({ price: sql`round(price * (100 + ${percent}::numeric) / 100, 2)`, repricedAt: new Date() })
      .returning({ id: products.id });
    response.json({ repriced: rows.length });
  });

  return routes;
}
