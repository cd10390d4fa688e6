import { execFile } from "node:child_process";
import {
  lchownSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A Chromium that runs here, and what has to be in its environment. */
export interface Browser {
  executablePath: string;
  env: Record<string, string>;
}

/**
 * The browser inside the npm package `@sparticuz/chromium`, unpacked (210 MB, about 3 s) to the temporary folder
 * the first time. It brings the libraries and the font that a bare machine lacks. undefined where the package is
 * not installed, or made for another platform.
 */
export async function unpackChromium(): Promise<Browser | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const entry = findPackage();
  if (!entry) return undefined;
  const { version } = JSON.parse(readFileSync(join(dirname(entry), "..", "..", "package.json"), "utf8"));
  const target = join(tmpdir(), `annals-chromium-${process.getuid?.()}-${version}`);
  if (!isOurs(target)) await unpack(target);
  return {
    executablePath: join(target, "chromium"),
    env: { LD_LIBRARY_PATH: join(target, "al2023", "lib"), FONTCONFIG_FILE: join(target, "fonts.conf") },
  };
}

function findPackage(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("@sparticuz/chromium");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

async function unpack(target: string): Promise<void> {
  const folder = mkdtempSync(`${target}-`);
  // In a process of its own: the package puts files where TMPDIR points, the libraries only when it believes to
  // be on AWS, and then changes the environment.
  const code = `import chromium from "@sparticuz/chromium"; await chromium.executablePath();`;
  await run(process.execPath, ["--input-type=module", "-e", code], {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" },
    timeout: 120_000,
  });
  own(folder);
  // The package's own file names one temporary folder, and without a font Chromium ends in Skia.
  writeFileSync(
    join(folder, "fonts.conf"),
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${join(target, "fonts")}</dir>
  <cachedir>${join(target, "fonts-cache")}</cachedir>
</fontconfig>
`,
  );
  try {
    renameSync(folder, target);
  } catch (error) {
    rmSync(folder, { recursive: true });
    // Another run may have unpacked it in the meantime.
    if (!isOurs(target)) throw error;
  }
}

/** The archives name owners by number; as root they would come to belong to whoever has that number here. */
function own(path: string): void {
  const found = lstatSync(path);
  if (process.getuid?.() === 0) lchownSync(path, 0, 0);
  if (found.isDirectory()) for (const name of readdirSync(path)) own(join(path, name));
}

/** The name can be guessed and the folder is open to all, so what others made is not run. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}
