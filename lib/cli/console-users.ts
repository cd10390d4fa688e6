import type { Role } from "../access/roles.ts";
import { foldUsername } from "../access/username.ts";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";

/** A user of the console, without the password's hash. Times as ISO 8601 in UTC. */
export interface ConsoleUser {
  username: string;
  label: string;
  role: Role;
  /** Confined to the records of these; null: to none, may read all. */
  tenants: string[] | null;
  createdAt: string;
  disabledAt: string | null;
}

const columns = `username, label, role, array_to_json(tenants) AS tenants,
  to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "createdAt",
  to_char(disabled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "disabledAt"`;

export function listUsers(db: Executor): Promise<ConsoleUser[]> {
  return db.query(`SELECT ${columns} FROM annals.console_user ORDER BY username`);
}

/** @throws AnnalsError USAGE when the name cannot be used or is taken */
export async function addUser(
  db: Executor,
  user: Pick<ConsoleUser, "username" | "label" | "role"> & {
    passwordHash: string;
    tenants?: readonly string[] | null;
  },
): Promise<ConsoleUser> {
  const { username, label, role, passwordHash, tenants = null } = user;
  const [added] = await db.query<ConsoleUser>(
    `INSERT INTO annals.console_user (username, label, role, password_hash, tenants)
     VALUES ($1::text, $2::text, $3::text, $4::text, ${textArray("$5")})
     ON CONFLICT (username) DO NOTHING RETURNING ${columns}`,
    [username, label, role, passwordHash, tenants && JSON.stringify(tenants)],
  );
  if (!added) {
    throw new AnnalsError(
      "USAGE",
      `There is a user “${username}” already`,
      "Choose another name, or give this one a new password: annals user passwd.",
    );
  }
  const confined = tenants && { tenants: { new: tenants } };
  await recordChange(db, "CREATE", username, { role: { new: role }, label: { new: label }, ...confined });
  return added;
}

/**
 * A disabled user keeps the history under its name and cannot sign in; open sessions end, and stay ended when the
 * user is enabled again.
 *
 * @throws AnnalsError NOT_FOUND
 */
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

/** Ends the sessions of that user, if it is another role. @throws AnnalsError NOT_FOUND */
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

/**
 * Confines a user to the records of these tenants; null lifts it. Ends the sessions of that user.
 *
 * @throws AnnalsError NOT_FOUND
 */
export async function setTenants(
  db: Executor,
  username: string,
  tenants: readonly string[] | null,
): Promise<ConsoleUser> {
  const [before] = await db.query<{ tenants: string[] | null }>(
    "SELECT array_to_json(tenants) AS tenants FROM annals.console_user WHERE username = $1::text FOR UPDATE",
    [username],
  );
  const [user] = await db.query<ConsoleUser>(
    `UPDATE annals.console_user SET tenants = ${textArray("$2")} WHERE username = $1::text RETURNING ${columns}`,
    [username, tenants && JSON.stringify(tenants)],
  );
  if (!before || !user) throw noSuchUser(username);
  if (JSON.stringify(before.tenants) !== JSON.stringify(tenants)) {
    await recordChange(db, "UPDATE", username, { tenants: { old: before.tenants, new: tenants } });
  }
  return user;
}

/** Ends the sessions of that user, too. @throws AnnalsError NOT_FOUND */
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
 * The name as it is kept: in one spelling, so that nobody can be mistaken for another.
 *
 * @throws AnnalsError USAGE
 */
export function readUsername(text: string): string {
  const username = foldUsername(text);
  if (username !== "" && username.length <= 200 && !/[\p{C}\s]/u.test(username)) return username;
  throw new AnnalsError(
    "USAGE",
    `The user name is ${JSON.stringify(text.slice(0, 80))}`,
    "It must have 1 to 200 characters, without white space and control characters.",
  );
}

/** JSON text as an array, so that no driver has to know of arrays; null stays null. */
function textArray(parameter: string): string {
  return `CASE WHEN ${parameter}::text IS NOT NULL
    THEN ARRAY(SELECT json_array_elements_text(${parameter}::text::json)) END`;
}

/**
 * Names of tenants, each once.
 *
 * @throws AnnalsError USAGE
 */
export function readTenants(texts: readonly string[]): string[] {
  for (const text of texts) {
    if (text !== "" && text.length <= 200 && !/[\0\p{Surrogate}]/u.test(text)) continue;
    throw new AnnalsError(
      "USAGE",
      `The tenant is ${JSON.stringify(text.slice(0, 80))}`,
      "It must be a name of 1 to 200 characters, as the application gives it.",
    );
  }
  return [...new Set(texts)];
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
