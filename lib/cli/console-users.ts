import type { Role } from "../access/roles.ts";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";

/** A user of the console, without the password's hash. Times as ISO 8601 in UTC. */
export interface ConsoleUser {
  username: string;
  label: string;
  role: Role;
  createdAt: string;
  disabledAt: string | null;
}

const columns = `username, label, role,
  to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "createdAt",
  to_char(disabled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "disabledAt"`;

export function listUsers(db: Executor): Promise<ConsoleUser[]> {
  return db.query(`SELECT ${columns} FROM annals.console_user ORDER BY username`);
}

/** @throws AnnalsError USAGE when the name cannot be used or is taken */
export async function addUser(
  db: Executor,
  user: { username: string; label: string; role: Role; passwordHash: string },
): Promise<ConsoleUser> {
  const { username, label, role, passwordHash } = user;
  const [added] = await db.query<ConsoleUser>(
    `INSERT INTO annals.console_user (username, label, role, password_hash)
     VALUES ($1::text, $2::text, $3::text, $4::text)
     ON CONFLICT (username) DO NOTHING RETURNING ${columns}`,
    [username, label, role, passwordHash],
  );
  if (!added) {
    throw new AnnalsError(
      "USAGE",
      `There is a user “${username}” already`,
      "Choose another name, or give this one a new password: annals user passwd.",
    );
  }
  await recordChange(db, "CREATE", username, { role: { new: role }, label: { new: label } });
  return added;
}

/** A disabled user keeps the history under its name and cannot sign in. @throws AnnalsError NOT_FOUND */
export async function setDisabled(db: Executor, username: string, disabled: boolean): Promise<ConsoleUser> {
  const [user] = await db.query<ConsoleUser>(
    `UPDATE annals.console_user SET disabled_at = CASE WHEN $2::boolean THEN coalesce(disabled_at, now()) END
     WHERE username = $1::text RETURNING ${columns}`,
    [username, disabled],
  );
  if (!user) throw noSuchUser(username);
  await recordChange(db, "UPDATE", username, { disabled: { old: !disabled, new: disabled } });
  return user;
}

/** Counts from the next page that the user opens. @throws AnnalsError NOT_FOUND */
export async function setRole(db: Executor, username: string, role: Role): Promise<ConsoleUser> {
  // The row is locked first, so that `old` is what the change replaced.
  const [before] = await db.query<{ role: Role }>(
    "SELECT role FROM annals.console_user WHERE username = $1::text FOR UPDATE",
    [username],
  );
  const [user] = await db.query<ConsoleUser>(
    `UPDATE annals.console_user SET role = $2::text WHERE username = $1::text RETURNING ${columns}`,
    [username, role],
  );
  if (!before || !user) throw noSuchUser(username);
  if (before.role !== role) {
    await recordChange(db, "UPDATE", username, { role: { old: before.role, new: role } });
  }
  return user;
}

/** Ends the sessions of that user, too: they carry the time of the password. @throws AnnalsError NOT_FOUND */
export async function setPasswordHash(db: Executor, username: string, hash: string): Promise<ConsoleUser> {
  const [user] = await db.query<ConsoleUser>(
    `UPDATE annals.console_user SET password_hash = $2::text, password_changed_at = now()
     WHERE username = $1::text RETURNING ${columns}`,
    [username, hash],
  );
  if (!user) throw noSuchUser(username);
  await recordChange(db, "UPDATE", username, { password: { masked: true } });
  return user;
}

/**
 * The name as it is kept: in lower case, so that nobody can be mistaken for another.
 *
 * @throws AnnalsError USAGE
 */
export function readUsername(text: string): string {
  const username = text.normalize("NFC").trim().toLowerCase();
  if (username !== "" && username.length <= 200 && !/[\p{C}\s]/u.test(username)) return username;
  throw new AnnalsError(
    "USAGE",
    `The user name is ${JSON.stringify(text.slice(0, 80))}`,
    "It must have 1 to 200 characters, without white space and control characters.",
  );
}

/** Who may look into the records is part of what must be on record. */
async function recordChange(
  db: Executor,
  action: "CREATE" | "UPDATE",
  username: string,
  changes: object,
): Promise<void> {
  const event = {
    action,
    object_type: "annals.console_user",
    object_id: username,
    object_label: username,
    changes,
  };
  await db.query("SELECT annals.record('audit', $1::json)", [JSON.stringify(event)]);
}

function noSuchUser(username: string): AnnalsError {
  return new AnnalsError(
    "NOT_FOUND",
    `There is no user “${username}”`,
    "`annals user list` names those there are.",
  );
}
