import type { Request } from "express";

/**
 * Who Annals writes down for a request. It asks when there is something to write, by which time `authenticate`
 * has looked at the cookie or the token; null as long as nobody is signed in.
 */
export function identityOf({ caller }: Request) {
  if (!caller) return null;
  const { person, session } = caller;
  const { username, name } = person;
  if (!session) return { kind: "service", id: username, label: name, attribution: "token" } as const;
  return {
    id: username,
    label: name,
    attribution: "session",
    sessionId: session.key,
    impersonator: session.actingAs && session.person.username,
  } as const;
}
