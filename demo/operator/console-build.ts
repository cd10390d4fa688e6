import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { AnnalsError } from "../../lib/errors.ts";
import { Child } from "./child.ts";

/** All that a build depends on. `lib/dist` and tests are not among it. */
const sources = [
  "app",
  "components",
  "lib",
  "public",
  "package-lock.json",
  "tsconfig.json",
  "next.config.ts",
  "proxy.ts",
  "instrumentation.ts",
];
const stampName = "annals-build";

/** The folder of the standalone server, inside `.next`. */
export function standaloneFolder(root: string): string {
  return join(root, ".next", "standalone");
}

/** Whether `.next` holds a build of the sources as they are. */
export async function buildIsFresh(root: string, fingerprint: string): Promise<boolean> {
  const stamp = await readFile(join(root, ".next", stampName), "utf8").catch(() => "");
  const server = await readFile(join(standaloneFolder(root), "server.js"), "utf8").catch(() => "");
  return stamp === fingerprint && server !== "";
}

/** A running `next build`. `finish` waits for it and makes its output complete. */
export function startBuild(root: string, fingerprint: string): { child: Child; finish: () => Promise<void> } {
  // Types of routes that are gone since would fail the check of types.
  for (const types of ["types", "dev/types"])
    rmSync(join(root, ".next", types), { recursive: true, force: true });
  const next = join(root, "node_modules", "next", "dist", "bin", "next");
  const env = { ...process.env, NODE_ENV: "production" as const, NEXT_TELEMETRY_DISABLED: "1" };
  const child = new Child([next, "build"], { cwd: root, env });
  return {
    child,
    async finish() {
      const code = await child.ended;
      if (code !== 0) {
        const hint = "Run `npm run build` to see it alone.";
        throw new AnnalsError(
          "CONFIG_INVALID",
          `The console could not be built:\n${child.output.trim()}`,
          hint,
        );
      }
      // The standalone server serves these, but `next build` leaves it to others to put them there.
      const target = standaloneFolder(root);
      await cp(join(root, ".next", "static"), join(target, ".next", "static"), { recursive: true });
      await rm(join(target, "public"), { recursive: true, force: true });
      await cp(join(root, "public"), join(target, "public"), { recursive: true, force: true });
      await writeFile(join(root, ".next", stampName), fingerprint);
    },
  };
}

/** A hash over names and contents: times are no help after a clone or a checkout. */
export async function fingerprintSources(root: string): Promise<string> {
  const files = (await Promise.all(sources.map((source) => listFiles(root, source)))).flat().sort();
  const hash = createHash("sha256").update(process.version);
  for (const file of files)
    hash
      .update(file)
      .update("\0")
      .update(await readFile(join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

async function listFiles(root: string, source: string): Promise<string[]> {
  try {
    const entries = await readdir(join(root, source), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((file) => !/^lib\/(dist|node_modules)\//.test(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return [source];
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
