import { and, eq, isNull } from "drizzle-orm";
import type { RequestHandler } from "express";
import type { Database } from "./database.ts";
import type { Sessions } from "./sessions.ts";
import { users } from "./tables.ts";

export const sessionCookie = "northgate_session";

/** Sets `request.caller`, from the session cookie or from the bearer token of a service. */
export function authenticate(db: Database, sessions: Sessions): RequestHandler {
  return async (request, _response, next) => {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
    if (token) {
      const { id, username, name, role } = users;
      const valid = and(eq(users.apiToken, token), isNull(users.disabledAt));
      const [person] = await db.select({ id, username, name, role }).from(users).where(valid);
      if (person) request.caller = { person };
    } else {
      const session = sessions.find(readCookie(request.headers.cookie));
      if (session) request.caller = { person: session.actingAs ?? session.person, session };
    }
    next();
  };
}

function readCookie(header = ""): string | undefined {
  const pair = header.split("; ").find((part) => part.startsWith(`${sessionCookie}=`));
  return pair?.slice(sessionCookie.length + 1);
}
