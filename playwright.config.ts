import { defineConfig } from "@playwright/test";
import { browserArguments, findBrowser } from "./testing/browser.ts";

// Every worker evaluates this file again: the first one to look hands the others what it has found.
process.env.ANNALS_BROWSER ??= JSON.stringify(await findBrowser());
const { executablePath, env } = JSON.parse(process.env.ANNALS_BROWSER);

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  globalSetup: "./e2e/global-setup.ts",
  forbidOnly: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "UTC",
    trace: "retain-on-failure",
    launchOptions: { executablePath, args: browserArguments, env: { ...process.env, ...env } },
  },
});
