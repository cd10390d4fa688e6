import type { Request, RequestHandler } from "express";
import { HttpError } from "./http-error.ts";
import type { Person, Session } from "./sessions.ts";

/** In whose name a request is made, set by `authenticate`: by session for people, by token for services. */
export type Caller = { person: Person; session: Session } | { person: Person; session?: undefined };

declare global {
  namespace Express {
    interface Request {
      caller?: Caller;
    }
  }
}

/** The caller, or 401. */
function callerOf(request: Request): Caller {
  if (!request.caller) throw new HttpError(401, "sign in first");
  return request.caller;
}

/** The session of the caller, or 401: for what a service cannot do. */
export function sessionOf(request: Request): Session {
  const { session } = callerOf(request);
  if (!session) throw new HttpError(401, "needs a session");
  return session;
}

/** Lets a request through when its caller has one of the roles. */
export function allow(...roles: Person["role"][]): RequestHandler {
  return (request, _response, next) => {
    const { role } = callerOf(request).person;
    if (!roles.includes(role)) throw new HttpError(403, `not for the role ${role}`);
    next();
  };
}
