import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AnnalsError } from "../../lib/errors.ts";
import { Child } from "./child.ts";
import { standaloneFolder } from "./console-build.ts";
import { host } from "./port.ts";

export interface ConsoleOptions {
  root: string;
  port: number;
  databaseUrl: string;
  secret: string;
  /** `next dev` on the sources in place of the built server. */
  dev: boolean;
  show?: (text: string) => void;
}

export function consoleUrl(port: number): string {
  return `http://${host}:${port}`;
}

/** Starts the console in a process of its own. Serves nothing yet: see `waitForConsole`. */
export function startConsole({ root, port, databaseUrl, secret, dev, show }: ConsoleOptions): Child {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: dev ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
    PORT: String(port),
    HOSTNAME: host,
    DATABASE_URL: databaseUrl,
    ANNALS_SECRET: secret,
    ANNALS_ENVIRONMENT: "Demo · Northgate",
  };
  if (dev) {
    const next = join(root, "node_modules", "next", "dist", "bin", "next");
    return new Child([next, "dev", "--port", String(port), "--hostname", host], { cwd: root, env, show });
  }
  const folder = standaloneFolder(root);
  return new Child([join(folder, "server.js")], { cwd: folder, env, show });
}

/** @throws AnnalsError CONFIG_INVALID, with what it said, when it ends or does not show the sign-in page in time */
export async function waitForConsole(child: Child, port: number, patience = 60_000): Promise<void> {
  const until = Date.now() + patience;
  let last = "no answer";
  while (child.running && Date.now() < until) {
    try {
      const response = await fetch(`${consoleUrl(port)}/login`, { signal: AbortSignal.timeout(20_000) });
      const page = await response.text();
      if (response.ok && page.includes("<form")) return;
      last = `status ${response.status}`;
    } catch (error) {
      last = String((error as Error).cause ?? error);
    }
    await sleep(100);
  }
  const what = child.running ? `does not show its sign-in page (${last})` : "has ended";
  throw new AnnalsError(
    "CONFIG_INVALID",
    `The console ${what}:\n${child.output.trim()}`,
    "Its own words are above.",
  );
}
