// `npm run demo`: see `operator/options.ts` for what it does and takes.
import { Shutdown } from "./operator/shutdown.ts";

// First of all, and the rest loaded after it: a signal may come at any time.
const shutdown = new Shutdown();

try {
  const { help, parseOptions } = await import("./operator/options.ts");
  const options = parseOptions(process.argv.slice(2), {
    cwd: process.cwd(),
    databaseUrl: process.env.DATABASE_URL,
  });
  if (options.help) {
    process.stdout.write(help);
  } else {
    const { run } = await import("./operator/run.ts");
    if (!shutdown.begun) await run(options, shutdown);
  }
} catch (error) {
  await shutdown.fail(error);
}
