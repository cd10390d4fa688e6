import { isRole } from "@/lib/access/roles.ts";
import { type Viewer, viewerOf } from "@/lib/access/viewer.ts";
import type { Executor } from "@/lib/executor.ts";

// `annals.console_session` holds whoever is signed in, a row for each browser. `end_sessions.sql` takes the rows
// of a user away when password, role, tenants or name change, or when the user is disabled.

/**
 * Opens a session, of eight hours, and returns its id; undefined when the user has been disabled, or has another
 * password, since `passwordHash` was read. Sessions that are over are cleared away.
 */
export async function openSession(
  db: Executor,
  { id, passwordHash }: { id: string; passwordHash: string },
): Promise<string | undefined> {
  await db.query("DELETE FROM annals.console_session WHERE expires_at <= now()");
  const [session] = await db.query<{ id: string }>(
    `INSERT INTO annals.console_session (user_id)
     SELECT id FROM annals.console_user WHERE id = $1::uuid AND password_hash = $2::text AND disabled_at IS NULL
     RETURNING id::text`,
    [id, passwordHash],
  );
  return session?.id;
}

/** Ends this one session: whoever has copied its cookie has nothing any more. Others of the user go on. */
export async function endSession(db: Executor, id: string): Promise<void> {
  await db.query("DELETE FROM annals.console_session WHERE id = $1::uuid", [id]);
}

interface StoredUser {
  id: string;
  username: string;
  label: string;
  role: string;
  tenants: string | null;
}

/**
 * Who reads in this session, as the database has it at this moment; null when it was ended or is over, and for a
 * user who is disabled.
 */
export async function findSession(db: Executor, id: string): Promise<Viewer | null> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return null;
  const [user] = await db.query<StoredUser>(
    `SELECT u.id::text, u.username, u.label, u.role, array_to_json(u.tenants)::text AS tenants
     FROM annals.console_session s JOIN annals.console_user u ON u.id = s.user_id
     WHERE s.id = $1::uuid AND s.expires_at > now() AND u.disabled_at IS NULL`,
    [id],
  );
  if (!user || !isRole(user.role)) return null;
  const tenants = user.tenants === null ? null : (JSON.parse(user.tenants) as string[]);
  return viewerOf({ ...user, role: user.role, tenants });
}
