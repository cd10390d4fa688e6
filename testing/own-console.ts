import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hash } from "@node-rs/argon2";
import postgres from "postgres";
import { startDatabase } from "../embedded/start-database.ts";
import { migrate } from "../lib/migrate/migrate.ts";
import { serveBuiltConsole } from "./built-console.ts";
import { openSession } from "./session.ts";

/** A built console on an empty database of its own, for what no other test should see. */
export interface OwnConsole {
  url: string;
  /** As a superuser. */
  sql: postgres.Sql;
  /** Makes a user who can sign in. */
  addUser(username: string, role: string, password: string): Promise<void>;
  /** The database goes away; the console stays. */
  stopDatabase(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws Error when the console has not been built (`npm run build`, or `npm run demo` once) */
export async function startOwnConsole(): Promise<OwnConsole> {
  const folder = mkdtempSync(join(tmpdir(), "annals-console-"));
  // Root's server runs under another account, which has to get in.
  chmodSync(folder, 0o755);
  const database = await startDatabase({ dir: join(folder, "data"), settings: { fsync: false } });
  const session = openSession(database.url);
  await migrate(session.db);
  await session.close();
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const built = await serveBuiltConsole(database.url, "only for tests, and no secret at all");
  return {
    url: built.url,
    sql,
    async addUser(username, role, password) {
      await sql`INSERT INTO annals.console_user (username, label, role, password_hash)
        VALUES (${username}, ${username}, ${role}, ${await hash(password)})`;
    },
    async stopDatabase() {
      await sql.end({ timeout: 1 });
      await database.stop();
    },
    async stop() {
      await built.stop();
      await sql.end({ timeout: 1 });
      await database.stop();
      for (const dir of [database.dir, folder]) rmSync(dir, { recursive: true, force: true });
    },
  };
}
