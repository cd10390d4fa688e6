import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type StartedDatabase, startDatabase } from "../../embedded/start-database.ts";
import { AnnalsError } from "../../lib/errors.ts";
import { announcement, announcementJson, type SignIn } from "./announce.ts";
import { openBrowser } from "./browser.ts";
import { buildIsFresh, fingerprintSources, startBuild } from "./console-build.ts";
import { consoleUrl, startConsole, waitForConsole } from "./console-server.ts";
import type { Options } from "./options.ts";
import { reservePort } from "./port.ts";
import { prepareDatabase, type Urls } from "./prepare-database.ts";
import { RunLock } from "./run-lock.ts";
import type { Shutdown } from "./shutdown.ts";
import { makeFolder, StateFile } from "./state.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Ready {
  urls: Urls;
  users: SignIn[];
  secret: string;
}

/** Starts everything, says where it is, and leaves it running until `shutdown` ends it. */
export async function run(options: Options, shutdown: Shutdown): Promise<void> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const { dev } = options;
  await makeFolder(options.data);
  const lock = await RunLock.take(options.data);
  shutdown.add(() => lock.release());
  const port = await reservePort(options.port);

  // Side by side: the build is mostly computing, the database mostly waiting.
  const build = dev ? undefined : buildConsole(shutdown, log);
  const [{ urls, users, secret }] = await Promise.all([prepareData(options, shutdown, log), build]);
  if (shutdown.begun) return;

  const show = dev ? (text: string) => process.stderr.write(text) : undefined;
  const server = startConsole({ root, port, databaseUrl: urls.console, secret, dev, show });
  shutdown.add(() => server.stop());
  lock.noteConsole(server.process.pid);
  await waitForConsole(server, port);

  const url = consoleUrl(port);
  process.stdout.write(`${options.json ? announcementJson(url, users) : announcement(url, users)}\n`);
  if (options.open) openBrowser(url);
  await server.ended;
  if (shutdown.begun) return;
  throw new AnnalsError(
    "CONFIG_INVALID",
    `The console has ended:\n${server.output.trim()}`,
    "Start the demo again.",
  );
}

function databaseEnded({ pid, dir }: StartedDatabase): AnnalsError {
  const log = join(dir, "server.log");
  return new AnnalsError(
    "DATABASE_UNREACHABLE",
    `The database of the demo (process ${pid}) has ended. Its last words: ${lastWords(log)}`,
    `Start the demo again: what was committed is there. ${log} tells more.`,
  );
}

/** Whether an error, or what it comes from, is the end of a connection. */
function isLost(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: string; cause?: unknown };
  return (
    /^(57P0|08|ECONN|CONNECTION_|DATABASE_UNREACHABLE)/.test(code ?? "") ||
    (cause !== undefined && isLost(cause))
  );
}

function lastWords(log: string): string {
  const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  // What made it end comes before what it did about it.
  return lines.findLast((line) => /PANIC:|FATAL:.*space/.test(line)) ?? lines.at(-1) ?? "none";
}

async function buildConsole(shutdown: Shutdown, log: (line: string) => void): Promise<void> {
  const fingerprint = await fingerprintSources(root);
  if (await buildIsFresh(root, fingerprint)) return;
  log("Building the console (once; half a minute or so) …");
  const { child, finish } = startBuild(root, fingerprint);
  shutdown.add(() => child.stop());
  await finish();
}

async function prepareData(
  options: Options,
  shutdown: Shutdown,
  log: (line: string) => void,
): Promise<Ready> {
  const { data, databaseUrl, rows } = options;
  const file = new StateFile(data, databaseUrl);
  const state = await file.read();
  const save = () => file.write(state);
  await save();

  const own = databaseUrl === undefined ? await ownDatabase(data, shutdown, log) : undefined;
  const operatorUrl = databaseUrl ?? own?.url ?? "";
  try {
    const { urls, users } = await prepareDatabase(operatorUrl, state, log).finally(save);
    if (!state.storyTold || state.bulkRows < rows) {
      // Only now: a start that finds its data needs neither the shop nor the driver in memory.
      const { playStory } = await import("./play-story.ts");
      if (!state.storyTold) log("Running the shop, so that there is something to see …");
      await playStory({ urls, state, rows, save, log });
    }
    return { urls, users, secret: state.secret };
  } catch (error) {
    // What fails because the database goes away is told as that.
    const isGone =
      own && isLost(error) && (await Promise.race([own.ended.then(() => true), sleep(10_000, false)]));
    throw isGone ? databaseEnded(own) : error;
  }
}

async function ownDatabase(
  data: string,
  shutdown: Shutdown,
  log: (line: string) => void,
): Promise<StartedDatabase> {
  const dir = join(data, "database");
  log(existsSync(dir) ? "Starting the database …" : "Making a database …");
  const starting = startDatabase({ dir, log });
  shutdown.add(async () => {
    const database = await starting.catch(() => undefined);
    await database?.stop();
  });
  const database = await starting;
  // Whatever is being done then waits for an answer that will not come.
  void database.ended.then(() => shutdown.fail(databaseEnded(database)));
  return database;
}
