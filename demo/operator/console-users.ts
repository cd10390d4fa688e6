import { hash } from "@node-rs/argon2";
import type { Sql } from "postgres";
import type { SignIn } from "./announce.ts";
import { newSecret, type State } from "./state.ts";

const roles = ["support", "developer", "security", "auditor", "superuser"] as const;

/**
 * One user of the console for each role, named after it. The passwords are random and stand in `state`: one
 * that is not there, because the file was lost, is made anew.
 */
export async function ensureConsoleUsers(operator: Sql, state: State): Promise<SignIn[]> {
  const rows = await operator<{ username: string }[]>`
    SELECT username FROM annals.console_user WHERE disabled_at IS NULL`;
  const there = new Set(rows.map((row) => row.username));
  const users: SignIn[] = [];
  for (const role of roles) {
    const known = state.consolePasswords[role];
    const password = known ?? newSecret(9);
    if (!known || !there.has(role)) {
      const passwordHash = await hash(password);
      await operator`
        INSERT INTO annals.console_user (username, label, role, password_hash)
        VALUES (${role}, ${`Demo ${role}`}, ${role}, ${passwordHash})
        ON CONFLICT (username) DO UPDATE
        SET password_hash = excluded.password_hash, password_changed_at = now(), disabled_at = NULL`;
      state.consolePasswords[role] = password;
    }
    users.push({ role, username: role, password });
  }
  return users;
}
