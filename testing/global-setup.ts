import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { startTestServer } from "./server.ts";

const migrateModule = new URL("../lib/migrate/migrate.ts", import.meta.url);

/**
 * Once per run, before any test: a server, and in it a template database that is migrated once and then closed
 * to connections, so that test files can clone it at the same time.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const server = await startTestServer();
  const template = `annals_template_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  const tearDown = async () => {
    await admin.unsafe(`alter database ${template} is_template false`);
    await admin.unsafe(`drop database ${template} with (force)`);
    await admin.end();
    await server.stop();
  };
  await admin.unsafe(`create database ${template} template template0`);
  try {
    const url = new URL(server.url);
    url.pathname = `/${template}`;
    await migrateTemplate(url.href);
    await admin.unsafe(`alter database ${template} is_template true allow_connections false`);
  } catch (error) {
    await tearDown();
    throw error;
  }
  process.env.ANNALS_TEST_SERVER = server.url;
  process.env.ANNALS_TEST_TEMPLATE = template;
  return tearDown;
}

async function migrateTemplate(url: string): Promise<void> {
  if (!existsSync(fileURLToPath(migrateModule))) return;
  await import("../scripts/embed-sql.mjs" as string);
  const { migrate } = await import(migrateModule.href);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await migrate({ query: (text: string, values: never[] = []) => sql.unsafe(text, values) });
  } finally {
    await sql.end();
  }
}
