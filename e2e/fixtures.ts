import { test as base, expect } from "@playwright/test";
import type { Demo, DemoUser } from "./demo-process.ts";

interface Fixtures {
  /** The demonstration that runs: its address and one user for each role. */
  demo: Demo;
  /** Signs this page in as the user of that role and waits until the console is there. */
  signIn: (role: string) => Promise<DemoUser>;
}

/** Playwright's `test` with the demonstration as base URL, so that specs go to `/logins` and the like. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern.
  demo: async ({}, use) => {
    if (!process.env.ANNALS_DEMO) throw new Error("ANNALS_DEMO is not set: the global setup has not run.");
    await use(JSON.parse(process.env.ANNALS_DEMO));
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

export { expect };
