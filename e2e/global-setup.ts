import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBrowser } from "../testing/browser.ts";
import { startDemo } from "./demo-process.ts";

/**
 * Finds the browser, and starts the demonstration once for all specs, on data of its own. With ANNALS_DEMO (the line that
 * `npm run demo -- --json` prints) the specs run against one that is there already.
 */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  process.env.ANNALS_BROWSER = JSON.stringify(await findBrowser());
  if (process.env.ANNALS_DEMO) return undefined;
  mkdirSync("test-results", { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), "annals-e2e-"));
  // Root's database server runs under another account, which has to get in.
  chmodSync(folder, 0o755);
  const tidy = () => rmSync(folder, { recursive: true, force: true });
  try {
    const { demo, stop } = await startDemo(join(folder, "data"), join("test-results", "demo.log"));
    process.env.ANNALS_DEMO = JSON.stringify(demo);
    return () => stop().finally(tidy);
  } catch (error) {
    tidy();
    throw error;
  }
}
