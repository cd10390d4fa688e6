import { and, eq, isNull } from "drizzle-orm";
import { Router } from "express";
import { z } from "zod";
import { sessionOf } from "../caller.ts";
import { found, HttpError } from "../http-error.ts";
import type { Shop } from "../shop.ts";
import { users } from "../tables.ts";

/** Support may do the work of a sales colleague. Both names go on record with everything that is done. */
export function impersonationRoutes({ db }: Shop): Router {
  const routes = Router();

  routes.post("/impersonation", async (request, response) => {
    const session = sessionOf(request);
    if (session.person.role !== "support") throw new HttpError(403, "only support may act for others");
    const username = z.string().parse(request.body.username);
    const { id, name, role } = users;
    const allowed = and(eq(users.username, username), eq(users.role, "sales"), isNull(users.disabledAt));
    const [colleague] = await db
      .select({ id, username: users.username, name, role })
      .from(users)
      .where(allowed);
    session.actingAs = found(colleague, "sales colleague");
    response.status(204).end();
  });

  routes.delete("/impersonation", (request, response) => {
    sessionOf(request).actingAs = undefined;
    response.status(204).end();
  });

  return routes;
}
