import { foldUsername } from "@/lib/access/username.ts";
import { storableText } from "@/lib/context/clean-text.ts";
import { database } from "../database.ts";
import { reportError } from "../reference.ts";
import { blockedFor } from "./blocked-for.ts";
import { clientAddress } from "./client.ts";
import { matchesPassword } from "./password.ts";
import { recordAttempt } from "./record-attempt.ts";
import { openSession } from "./session-store.ts";
import { Busy, createTurnstile } from "./turnstile.ts";

interface ConsoleUser {
  id: string;
  label: string;
  password_hash: string;
  disabled: boolean;
}

/** What the sign-in page is told, in the address: a code, and for `blocked` the minutes that it lasts. */
class SignInError extends Error {}

const pass = createTurnstile({ width: 2, queue: 50 });

/**
 * Checks a name and a password and records the attempt, whatever its outcome, under the name that was looked up,
 * so that no spelling of it is a guess that does not count. Returns the user and a new session, or null where name
 * and password do not match an enabled user, without saying which was wrong.
 *
 * @throws SignInError `blocked-N`, `busy` or `unavailable-REFERENCE`
 */
export async function authenticate(given: { username?: unknown; password?: unknown }) {
  const username = foldUsername(storableText(typeof given.username === "string" ? given.username : ""));
  const password = typeof given.password === "string" ? given.password : "";
  try {
    return await pass(username, () => attempt(username, password));
  } catch (error) {
    if (error instanceof SignInError) throw error;
    if (error instanceof Busy) throw new SignInError("busy");
    throw new SignInError(`unavailable-${reportError("a sign-in could not be checked", error)}`);
  }
}

async function attempt(username: string, password: string) {
  const { ip } = await clientAddress();
  const minutes = await blockedFor(database("access"), { name: username, ip });
  if (minutes > 0) {
    await recordAttempt({ username, status: "BLOCKED", failureReason: "locked" });
    throw new SignInError(`blocked-${minutes}`);
  }
  const user = await findUser(username);
  const matches = await matchesPassword(user?.password_hash, password);
  const session =
    user && matches
      ? await openSession(database("access"), { id: user.id, passwordHash: user.password_hash })
      : undefined;
  if (!user || !session) {
    const failureReason = !user ? "unknown_user" : matches && user.disabled ? "disabled" : "bad_password";
    await recordAttempt({ username, status: "FAILED", failureReason });
    return null;
  }
  await recordAttempt({ username, status: "SUCCESS", actor: { id: user.id, label: user.label } });
  return { id: user.id, session };
}

async function findUser(username: string): Promise<ConsoleUser | undefined> {
  if (username.length > 200) return undefined;
  const [user] = await database("access").query<ConsoleUser>(
    `SELECT id, label, password_hash, disabled_at IS NOT NULL AS disabled
     FROM annals.console_user WHERE username = $1`,
    [username],
  );
  return user;
}
