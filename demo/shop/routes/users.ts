import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { Router } from "express";
import { z } from "zod";
import { allow, sessionOf } from "../caller.ts";
import { found, HttpError } from "../http-error.ts";
import { Id, Username } from "../inputs.ts";
import { hashPassword } from "../passwords.ts";
import type { Shop } from "../shop.ts";
import { roles, users } from "../tables.ts";

const Password = z.string().min(10).max(200);
const NewUser = z.object({
  username: Username,
  name: z.string().min(1).max(100),
  role: z.enum(roles),
  password: Password.optional(),
});

export function userRoutes({ db, sessions }: Shop): Router {
  const routes = Router();

  routes.get("/users", allow("manager"), async (_request, response) => {
    const { id, username, name, role, disabledAt } = users;
    response.json(await db.select({ id, username, name, role, disabledAt }).from(users).orderBy(username));
  });

  routes.post("/users", allow("manager"), async (request, response) => {
    const { password, ...user } = NewUser.parse(request.body);
    const [row] = await db
      .insert(users)
      .values({ ...user, passwordHash: password && (await hashPassword(password)) })
      .onConflictDoNothing({ target: users.username })
      .returning({ id: users.id });
    if (!row) throw new HttpError(409, "this username is taken");
    response.status(201).json(row);
  });

  routes.patch("/users/me/password", async (request, response) => {
    const { person } = sessionOf(request);
    const passwordHash = await hashPassword(z.object({ password: Password }).parse(request.body).password);
    await db.update(users).set({ passwordHash }).where(eq(users.id, person.id));
    response.status(204).end();
  });

  // Shown once; whoever loses it asks for a new one.
  routes.post("/users/:id/token", allow("manager"), async (request, response) => {
    const apiToken = `ngt_${randomBytes(24).toString("base64url")}`;
    const id = Id.parse(request.params.id);
    const [row] = await db
      .update(users)
      .set({ apiToken })
      .where(eq(users.id, id))
      .returning({ id: users.id });
    found(row, "user");
    response.status(201).json({ apiToken });
  });

  routes.post("/users/:id/disable", allow("manager"), async (request, response) => {
    const id = Id.parse(request.params.id);
    const [row] = await db
      .update(users)
      .set({ disabledAt: new Date(), apiToken: null })
      .where(eq(users.id, id))
      .returning({ id: users.id });
    found(row, "user");
    sessions.endAllOf(id);
    response.status(204).end();
  });

  return routes;
}
