import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnvironment } from "./child-environment.ts";
import type { Binaries } from "./find-binaries.ts";
import { findRunningServer } from "./running-server.ts";
import type { ServerUser } from "./server-user.ts";

/** Settings of the server by name, as in postgresql.conf. */
export type Settings = Record<string, string | number | boolean>;

interface Spawn {
  dir: string;
  port: number;
  binaries: Binaries;
  user: ServerUser | undefined;
  settings: Settings;
}

/** `started` with its number, or `failed` with the last lines that the server wrote. */
export type SpawnOutcome = { started: true; pid: number } | { started: false; log: string };

/**
 * Starts `postgres` in a process group of its own (Ctrl+C in the terminal is for the launcher, which stops the
 * server last) and waits until it takes connections. It writes to `server.log` in its data directory, which
 * unlike a pipe outlives the launcher.
 */
export async function spawnServer({ dir, port, binaries, user, settings }: Spawn): Promise<SpawnOutcome> {
  const logFile = join(dir, "server.log");
  const log = openSync(logFile, "w");
  const fixed = { listen_addresses: "127.0.0.1", unix_socket_directories: "", timezone: "UTC" };
  const options = Object.entries({ ...settings, ...fixed }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const child = spawn(join(binaries.folder, "postgres"), ["-D", dir, "-p", String(port), ...options], {
    ...user,
    cwd: "/",
    env: childEnvironment(),
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  let ended: string | undefined;
  child.once("error", (error) => {
    ended = error.message;
  });
  child.once("exit", (code, signal) => {
    ended = `postgres ended with ${signal ?? code}`;
  });
  child.unref();
  while (ended === undefined) {
    const running = findRunningServer(dir);
    if (running?.isReady && running.pid === child.pid) return { started: true, pid: running.pid };
    await sleep(25);
  }
  return { started: false, log: (readFileSync(logFile, "utf8").trim() || ended).slice(-2000) };
}

/** A port of 127.0.0.1 that is free now. Another program may take it first: be ready to ask again. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("A listening socket had no port.");
  return address.port;
}
