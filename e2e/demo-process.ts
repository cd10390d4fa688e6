import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** Someone who can sign in to the demonstration. */
export interface DemoUser {
  role: string;
  username: string;
  password: string;
}

/** What the demonstration prints when it is ready. */
export interface Demo {
  url: string;
  users: DemoUser[];
}

export interface DemoProcess {
  demo: Demo;
  /** Asks it to stop and waits; rejects when it does not, or not cleanly. */
  stop(): Promise<void>;
}

// A cold start builds the console.
const startPatience = 600_000;
const stopPatience = 60_000;

/** Starts the demonstration with data of its own on a free port; all that it says goes to `logFile`. */
export async function startDemo(dataDir: string, logFile: string): Promise<DemoProcess> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  // Not by npx, which would keep the signal to stop from it.
  const args = ["--import", "tsx", "demo/main.ts", "--json", "--port", "0", "--data", dataDir, "--no-open"];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const log = createWriteStream(logFile);
  let lastWords = "";
  child.stderr.on("data", (chunk) => {
    log.write(chunk);
    lastWords = (lastWords + chunk).slice(-3000);
  });
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`${signal ?? code}`));
  });
  const demo = await Promise.race([
    readDemo(child, log),
    exited.then((how) => {
      throw new Error(`The demonstration ended (${how}) before it was ready:\n${lastWords}`);
    }),
    failAfter(
      startPatience,
      `The demonstration was not ready after ${startPatience / 1000} s; see ${logFile}.`,
    ),
  ]).catch((error) => {
    child.kill("SIGTERM");
    throw error;
  });
  return {
    demo,
    async stop() {
      child.kill("SIGTERM");
      const late = failAfter(stopPatience, `The demonstration did not stop; see ${logFile}.`).catch(
        (error) => {
          child.kill("SIGKILL");
          throw error;
        },
      );
      const how = await Promise.race([exited, late]);
      if (how !== "0") throw new Error(`The demonstration ended with ${how}; see ${logFile}.`);
    },
  };
}

/** The first line of its output that is an object. Reading goes on after it, or a full pipe would stop the child. */
function readDemo(child: ChildProcess, log: Writable): Promise<Demo> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error("The demonstration has no output.");
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      log.write(`${line}\n`);
      if (!line.startsWith("{")) return;
      try {
        resolve(JSON.parse(line));
      } catch (error) {
        reject(error);
      }
    });
  });
}

function failAfter(patience: number, message: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(message)), patience).unref();
  });
}
