import postgres from "postgres";
import { startTestServer } from "./server.ts";

/**
 * Once per run, before any test: a server, and in it a template database that is migrated once and then closed
 * to connections, so that test files can clone it at the same time.
 *
 * A migration that fails, fails the tests that need the template, not the ones that would find out why.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const server = await startTestServer();
  const template = `annals_template_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${template} template template0`);
  const url = new URL(server.url);
  url.pathname = `/${template}`;
  process.env.ANNALS_TEST_SERVER = server.url;
  process.env.ANNALS_TEST_TEMPLATE = template;
  try {
    await migrateTemplate(url.href);
  } catch (error) {
    console.error("The template database could not be migrated:", error);
    process.env.ANNALS_TEST_FAILURE = String(error);
  }
  await admin.unsafe(`alter database ${template} is_template true allow_connections false`);
  return async () => {
    await admin.unsafe(`alter database ${template} is_template false`);
    await admin.unsafe(`drop database ${template} with (force)`);
    await admin.end();
    await server.stop();
  };
}

async function migrateTemplate(url: string): Promise<void> {
  await import("../scripts/embed-sql.mjs");
  const { migrate } = await import("../lib/migrate/migrate.ts");
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await migrate({
      query: async <Row>(text: string, values: readonly unknown[] = []) =>
        (await sql.unsafe(text, values as never[])) as unknown as Row[],
    });
  } finally {
    await sql.end();
  }
}
