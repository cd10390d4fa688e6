import { eq, ilike } from "drizzle-orm";
import { Router } from "express";
import { z } from "zod";
import { allow } from "../caller.ts";
import { found, HttpError } from "../http-error.ts";
import { AddressInput, changeOf, Id, Money } from "../inputs.ts";
import type { Shop } from "../shop.ts";
import { customers } from "../tables.ts";

const NewCustomer = z.object({
  name: z.string().min(1).max(200),
  email: z.email(),
  phone: z.string().nullable().optional(),
  address: AddressInput.optional(),
  tags: z.array(z.string()).optional(),
  creditLimit: Money.optional(),
  note: z.string().nullable().optional(),
});

export function customerRoutes({ annals, db }: Shop): Router {
  const routes = Router();

  routes.get("/customers", allow("manager", "sales", "support"), async (request, response) => {
    const search = z.string().default("").parse(request.query.search);
    const named = ilike(customers.name, `%${search}%`);
    response.json(await db.select().from(customers).where(named).orderBy(customers.id).limit(50));
  });

  // Who looked at a customer is a fact worth keeping: no table changes, so the shop says it itself.
  routes.get("/customers/:id", allow("manager", "sales", "support"), async (request, response) => {
    const id = Id.parse(request.params.id);
    const customer = found((await db.select().from(customers).where(eq(customers.id, id)))[0], "customer");
    await annals.logViewAccess({ type: "shop.customers", id: customer.id, label: customer.name });
    response.json(customer);
  });

  routes.post("/customers", allow("manager", "sales"), async (request, response) => {
    const [row] = await db
      .insert(customers)
      .values(NewCustomer.parse(request.body))
      .onConflictDoNothing({ target: customers.email })
      .returning();
    if (!row) throw new HttpError(409, "a customer with this address exists");
    response.status(201).json(row);
  });

  routes.patch("/customers/:id", allow("manager", "sales", "support"), async (request, response) => {
    const change = changeOf(NewCustomer).parse(request.body);
    const id = Id.parse(request.params.id);
    const [row] = await db.update(customers).set(change).where(eq(customers.id, id)).returning();
    response.json(found(row, "customer"));
  });

  // Takes the customer's orders and their lines along, by ON DELETE CASCADE.
  routes.delete("/customers/:id", allow("manager"), async (request, response) => {
    const id = Id.parse(request.params.id);
    const [row] = await db.delete(customers).where(eq(customers.id, id)).returning({ id: customers.id });
    found(row, "customer");
    response.status(204).end();
  });

  return routes;
}
