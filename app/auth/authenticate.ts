import { storableText } from "@/lib/context/clean-text.ts";
import { database } from "../database.ts";
import { reportError } from "../reference.ts";
import { blockedFor } from "./blocked-for.ts";
import { clientAddress } from "./client.ts";
import { matchesPassword } from "./password.ts";
import { recordAttempt } from "./record-attempt.ts";
import { Busy, createTurnstile } from "./turnstile.ts";

interface ConsoleUser {
  id: string;
  label: string;
  password_hash: string;
  version: string;
  disabled: boolean;
}

/** What the sign-in page is told, in the address: a code, and for `blocked` the minutes that it lasts. */
class SignInError extends Error {}

const pass = createTurnstile({ width: 2, queue: 50 });

/**
 * Checks a name and a password and records the attempt, whatever its outcome. Returns the user for the
 * session, or null where name and password do not match an enabled user, without saying which was wrong.
 *
 * @throws SignInError `blocked-N`, `busy` or `unavailable-REFERENCE`
 */
export async function authenticate(given: { username?: unknown; password?: unknown }) {
  const username = typeof given.username === "string" ? given.username.trim() : "";
  const password = typeof given.password === "string" ? given.password : "";
  const name = storableText(username).toLowerCase();
  try {
    return await pass(name, () => attempt(username, name, password));
  } catch (error) {
    if (error instanceof SignInError) throw error;
    if (error instanceof Busy) throw new SignInError("busy");
    throw new SignInError(`unavailable-${reportError("a sign-in could not be checked", error)}`);
  }
}

async function attempt(username: string, name: string, password: string) {
  const { ip } = await clientAddress();
  const minutes = await blockedFor(database("rows"), { name, ip });
  if (minutes > 0) {
    await recordAttempt({ username, status: "BLOCKED", failureReason: "locked" });
    throw new SignInError(`blocked-${minutes}`);
  }
  const user = await findUser(name);
  const matches = await matchesPassword(user?.password_hash, password);
  if (!user || !matches || user.disabled) {
    const failureReason = !user ? "unknown_user" : matches ? "disabled" : "bad_password";
    await recordAttempt({ username, status: "FAILED", failureReason });
    return null;
  }
  await recordAttempt({ username, status: "SUCCESS", actor: { id: user.id, label: user.label } });
  return { id: user.id, version: user.version };
}

async function findUser(name: string): Promise<ConsoleUser | undefined> {
  if (name.length > 200) return undefined;
  const [user] = await database("rows").query<ConsoleUser>(
    `SELECT id, label, password_hash, disabled_at IS NOT NULL AS disabled,
            extract(epoch FROM password_changed_at)::text AS version
     FROM annals.console_user WHERE username = $1`,
    [name],
  );
  return user;
}
