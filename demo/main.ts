// `npm run demo`: see `operator/options.ts` for what it does and takes.
import { AnnalsError } from "../lib/errors.ts";
import { help, parseOptions } from "./operator/options.ts";
import { run } from "./operator/run.ts";
import { Shutdown } from "./operator/shutdown.ts";

const shutdown = new Shutdown();

try {
  const options = parseOptions(process.argv.slice(2), {
    cwd: process.cwd(),
    databaseUrl: process.env.DATABASE_URL,
  });
  if (options.help) process.stdout.write(help);
  else await run(options, shutdown);
} catch (error) {
  await shutdown.fail(error instanceof AnnalsError && error.code === "USAGE" ? 2 : 1, explain(error));
}

function explain(error: unknown): string {
  if (error instanceof AnnalsError) return `${error.message}\n${error.hint}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
