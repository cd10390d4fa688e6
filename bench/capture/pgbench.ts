import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { alternate } from "../rounds.ts";
import type { Variant } from "./order-tables.ts";
import { type SingleRows, singleRowUpdate, spread } from "./single-rows.ts";

const run = promisify(execFile);

/** The figures of `singleRows` by pgbench, a client that costs next to nothing; undefined where there is none. */
export async function pgbench(options: SingleRows): Promise<Record<Variant, number[]> | undefined> {
  if (!(await isInstalled())) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "annals-pgbench-"));
  try {
    const work = options.variants.map((variant) => {
      const script = join(folder, `${variant}.sql`);
      const statement = singleRowUpdate(variant).replace("$1", "'s' || :id % 7").replace("$2", ":id");
      writeFileSync(script, `\\set id random(1, ${spread})\n${statement};\n`);
      return [variant, () => measure(options, script)];
    });
    return await alternate(Object.fromEntries(work), options.rounds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function isInstalled(): Promise<boolean> {
  try {
    await run("pgbench", ["--version"]);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return false;
  }
}

async function measure({ url, clients, seconds }: SingleRows, script: string): Promise<number> {
  const options = ["-n", "-M", "prepared", "-c", String(clients), "-j", String(Math.min(clients, 2))];
  const { stdout } = await run("pgbench", [...options, "-T", String(Math.ceil(seconds)), "-f", script, url], {
    env: { ...process.env, PGOPTIONS: "-c synchronous_commit=off" },
  });
  const rate = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
  if (!(rate > 0)) throw new Error(`pgbench gave no rate: ${stdout}`);
  return 1_000_000 / rate;
}
