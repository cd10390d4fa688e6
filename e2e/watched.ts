import type { Page } from "@playwright/test";
import { test as base, expect } from "./fixtures.ts";

/** The fixtures, with a page that fails its test when the browser reports an error or a breach of the policy. */
export const test = base.extend({
  page: async ({ page }, use) => {
    const complaints = watch(page);
    await use(page);
    expect(complaints, "what the browser complained about").toEqual([]);
  },
});

export { expect };

/** Errors that a page throws, and what its security policy kept from happening, from now on. */
function watch(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    if (/Content.Security.Policy|Refused to|hydrat/i.test(text)) complaints.push(text);
  });
  return complaints;
}
