import { eq } from "drizzle-orm";
import { Router } from "express";
import { z } from "zod";
import { sessionCookie } from "../authenticate.ts";
import { sessionOf } from "../caller.ts";
import type { Database } from "../database.ts";
import { HttpError } from "../http-error.ts";
import { Username } from "../inputs.ts";
import { hashPassword, passwordMatches } from "../passwords.ts";
import type { Shop } from "../shop.ts";
import { SignInThrottle } from "../sign-in-throttle.ts";
import { users } from "../tables.ts";

const Credentials = z.object({ username: z.string(), password: z.string() });
type Refusal = "unknown_user" | "bad_password" | "disabled" | "locked";

export function signInRoutes({ annals, db, sessions }: Shop): Router {
  const routes = Router();
  const names = new SignInThrottle(5);
  const addresses = new SignInThrottle(20);
  const decoy = hashPassword("nobody has this one");

  routes.post("/sign-in", async (request, response) => {
    const { username, password } = Credentials.parse(request.body);
    const address = request.ip ?? "";

    const refuse = async (failureReason: Refusal): Promise<never> => {
      const locked = failureReason === "locked";
      if (!locked) {
        names.failed(username);
        addresses.failed(address);
      }
      await annals.logLoginAttempt({ username, status: locked ? "BLOCKED" : "FAILED", failureReason });
      if (!locked && names.isLocked(username)) {
        await annals.logSystemEvent({
          eventType: "SECURITY",
          title: "Too many failed sign-ins: a name is locked",
          description: `The last attempt for “${username}” came from ${address}.`,
        });
      }
      // One answer for every refusal: a stranger learns nothing about which names exist.
      throw locked
        ? new HttpError(429, "too many attempts, try again later")
        : new HttpError(401, "wrong username or password");
    };

    if (names.isLocked(username) || addresses.isLocked(address)) return refuse("locked");
    const user = await findUser(db, username);
    // Checked for unknown names too, so that an answer takes as long for them.
    const matches = await passwordMatches(password, user?.passwordHash ?? (await decoy));
    if (!user?.passwordHash) return refuse("unknown_user");
    if (!matches) return refuse("bad_password");
    if (user.disabledAt) return refuse("disabled");

    names.succeeded(username);
    const { id, name, role } = user;
    const session = sessions.begin({ id, username, name, role });
    request.caller = { person: session.person, session };
    await db.update(users).set({ lastSignInAt: new Date() }).where(eq(users.id, id));
    await annals.logLoginAttempt({ username, status: "SUCCESS" });
    response.cookie(sessionCookie, session.key, { httpOnly: true, sameSite: "lax" }).json({ id, name, role });
  });

  routes.post("/sign-out", async (request, response) => {
    const { key, person } = sessionOf(request);
    sessions.end(key);
    await annals.logAuditEvent({ action: "LOGOUT", object: { type: "login", label: person.username } });
    response.clearCookie(sessionCookie).status(204).end();
  });

  return routes;
}

/** What cannot be a username is not looked up: it may hold what no database takes. */
async function findUser(db: Database, username: string) {
  if (!Username.safeParse(username).success) return undefined;
  const [user] = await db.select().from(users).where(eq(users.username, username));
  return user;
}
