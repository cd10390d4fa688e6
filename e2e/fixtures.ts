import { test as base, expect } from "@playwright/test";
import { browserArguments } from "../testing/browser.ts";
import type { Demo, DemoUser } from "./demo-process.ts";

interface Fixtures {
  /** The demonstration that runs: its address and one user for each role. */
  demo: Demo;
  /** Signs this page in as the user of that role and waits until the console is there. */
  signIn: (role: string) => Promise<DemoUser>;
}

/** Playwright's `test` with the demonstration as base URL, so that specs go to `/logins` and the like. */
export const test = base.extend<Fixtures>({
  launchOptions: [
    async ({ launchOptions }, use) => {
      const { executablePath, env } = fromGlobalSetup("ANNALS_BROWSER");
      const environment = { ...process.env, ...env };
      await use({ ...launchOptions, executablePath, env: environment, args: browserArguments });
    },
    { scope: "worker" },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern.
  demo: async ({}, use) => {
    await use(fromGlobalSetup("ANNALS_DEMO"));
  },
  baseURL: async ({ demo }, use) => {
    await use(demo.url);
  },
  signIn: async ({ page, demo }, use) => {
    await use(async (role) => {
      const user = demo.users.find((candidate) => candidate.role === role);
      if (!user)
        throw new Error(`No user “${role}” among ${demo.users.map((known) => known.role).join(", ")}.`);
      // Any page of the console leads a stranger to the sign-in.
      await page.goto("/");
      await page.getByLabel("Username").fill(user.username);
      await page.getByLabel("Password").fill(user.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByLabel("Password")).toHaveCount(0);
      return user;
    });
  },
});

function fromGlobalSetup(name: "ANNALS_BROWSER" | "ANNALS_DEMO") {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the global setup has not run.`);
  return JSON.parse(value);
}

export { expect };
