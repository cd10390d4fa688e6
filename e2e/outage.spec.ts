import { startOwnConsole } from "../testing/own-console.ts";
import { expect, test } from "./watched.ts";

const password = "correct horse battery";

test("when the database is gone every page says so, and none shows a zero", async ({ page }) => {
  test.setTimeout(180_000);
  const own = await startOwnConsole();
  try {
    await own.addUser("ada", "superuser", password);
    await own.sql`SELECT annals.record('audit', '{"action": "UPDATE", "object_type": "order", "object_id": "7"}')`;
    await page.goto(`${own.url}/audit?from=all`);
    await page.getByLabel("Username").fill("ada");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.locator("table.log tbody .time a").first()).toBeVisible();

    await own.stopDatabase();
    for (const path of [
      "/",
      "/audit?from=all",
      "/logins",
      "/exports",
      "/events",
      "/audit/1",
      "/objects/order/7",
      "/actors/7",
      "/actors/name/ada",
    ]) {
      await page.goto(`${own.url}${path}`);
      await expect(page.getByText("could not be read")).toBeVisible();
      await expect(page.getByText(/Reference [0-9a-f]{4}-[0-9a-f]{4}/)).toBeVisible();
      await expect(page.getByRole("link", { name: "Try again" })).toBeVisible();
      await expect(page.locator("body")).not.toContainText(
        /\b0 (events|attempts|exports)|No .* match|is empty/,
      );
    }

    await page.context().clearCookies();
    await page.goto(`${own.url}/login`);
    await page.getByLabel("Username").fill("ada");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("The sign-in could not be checked")).toBeVisible();
  } finally {
    await own.stop();
  }
});

test("an empty ledger says how to write the first event, and that it is empty", async ({ page }) => {
  test.setTimeout(180_000);
  const own = await startOwnConsole();
  try {
    await own.addUser("ada", "superuser", password);
    await page.goto(`${own.url}/exports`);
    await page.getByLabel("Username").fill("ada");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    // The sign-in itself is on record by now, but no export.
    await expect(page.getByRole("heading", { name: "No data exports match this filter" })).toBeVisible();
    await page.getByRole("link", { name: "Search all time" }).click();
    await expect(page.getByRole("heading", { name: /No data exports/ })).toBeVisible();
  } finally {
    await own.stop();
  }
});
