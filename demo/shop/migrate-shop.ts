import { readdir, readFile } from "node:fs/promises";
import type { Sql } from "postgres";

const folder = new URL("./migrations/", import.meta.url);

/** Brings schema `shop` up to date: runs, in order and once each, the files of `migrations/`. */
export async function migrateShop(sql: Sql): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  await sql.begin(async (transaction) => {
    await transaction`SELECT pg_advisory_xact_lock(hashtext('northgate migrations'))`;
    const [table] = await transaction<{ found: boolean }[]>`
      SELECT to_regclass('shop.migrations') IS NOT NULL AS found`;
    if (!table?.found) await transaction`CREATE TABLE shop.migrations (name text PRIMARY KEY)`;
    const done = new Set(
      (await transaction<{ name: string }[]>`SELECT name FROM shop.migrations`).map((row) => row.name),
    );
    for (const name of files) {
      if (done.has(name)) continue;
      await transaction.unsafe(await readFile(new URL(name, folder), "utf8"));
      await transaction`INSERT INTO shop.migrations (name) VALUES (${name})`;
    }
  });
}
