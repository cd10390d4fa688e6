import type { Locator, Page } from "@playwright/test";
import { startOwnConsole } from "../testing/own-console.ts";
import { expect, test } from "./watched.ts";

const password = "correct horse battery";

async function numberOf(place: Locator): Promise<number> {
  return Number(/[\d,]+/.exec((await place.textContent()) ?? "")?.[0].replaceAll(",", ""));
}

async function signInAt(page: Page, url: string, username: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const panel = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

test("each figure leads to the list that counts the same", async ({ page, signIn }) => {
  await signIn("superuser");
  const tiles = page.getByRole("region", { name: "Figures" }).locator(".tile");
  await expect(tiles).toHaveCount(10);
  // Nobody else deletes, views, exports or resolves meanwhile.
  for (const [label, address] of [
    ["Creates", "/audit?action=CREATE&from=now-30d"],
    ["Deletes", "/audit?action=DELETE&from=now-30d"],
    ["Failed sign-ins", "/logins?from=now-30d&status=FAILED"],
    ["System errors", "/events?from=now-30d&level=ERROR"],
    ["Unresolved", "/events?from=now-30d&resolved=0"],
    ["Exports", "/exports?from=now-30d"],
  ] as const) {
    await page.goto("/");
    const tile = tiles.filter({ hasText: label });
    const number = await numberOf(tile.locator(".n"));
    await tile.click();
    await expect(page).toHaveURL(address);
    await expect(page.locator(".count")).toHaveText(/^[\d,]+ /);
    expect(await numberOf(page.locator(".count"))).toBeGreaterThanOrEqual(number);
    expect(await numberOf(page.locator(".count"))).toBeLessThanOrEqual(number + 40);
  }
});

test("each line leads to what it counts, and an actor to the page of theirs", async ({ page, signIn }) => {
  await signIn("superuser");
  await panel(page, "Activity").getByRole("link", { name: "Deleted" }).click();
  await expect(page).toHaveURL("/audit?action=DELETE&from=now-30d");
  await expect(page.locator("table.log tbody .time a").first()).toBeVisible();

  await page.goto("/");
  const address = panel(page, "Failing addresses").locator("tbody tr").first();
  const attempts = await numberOf(address.locator("td"));
  await address.getByRole("link").click();
  await expect(page).toHaveURL(/\/logins\?from=now-30d&ip=[\d.]+&status=BLOCKED,FAILED/);
  await expect(page.locator(".count")).toHaveText(`${attempts} ${attempts === 1 ? "attempt" : "attempts"}`);

  await page.goto("/");
  await panel(page, "Open system events").getByRole("link", { name: "Error" }).click();
  await expect(page).toHaveURL("/events?from=all&level=ERROR&resolved=0");

  await page.goto("/");
  await panel(page, "Largest exports").locator("tbody a").first().click();
  await expect(page.locator("h1.sentence")).toContainText("exported");

  await page.goto("/");
  await panel(page, "Freshness")
    .getByRole("link", { name: /writes?$/ })
    .click();
  await expect(page).toHaveURL("/audit?actor=unattributed&from=now-30d");

  await page.goto("/");
  const actor = panel(page, "Busiest actors").locator("tbody tr th a[href^='/actors/']").first();
  const name = (await actor.textContent()) ?? "";
  await actor.click();
  await expect(page.locator("h1.sentence")).toHaveText(name);
});

test("another window is a link, what the overview cannot be asked is named, and the zone stays", async ({
  page,
  signIn,
}) => {
  await signIn("superuser");
  await page.goto("/?tz=Asia/Kathmandu&from=yesterday&action=VIEW&constructor=1&q=");
  const banner = page.locator(".banner");
  await expect(banner).toContainText(
    "Ignored: from=yesterday is not one of now-24h, now-7d, now-30d, now-90d",
  );
  await expect(banner).toContainText("action=VIEW is not a filter of the overview");
  await page.getByRole("link", { name: "Remove them" }).click();
  await expect(page).toHaveURL("/?tz=Asia%2FKathmandu");
  await expect(page.getByText(/ Kathmandu, against/)).toBeVisible();
  await page.getByRole("navigation", { name: "Window" }).getByRole("link", { name: "7 days" }).click();
  await expect(page).toHaveURL("/?from=now-7d&tz=Asia%2FKathmandu");
  const href = await page.locator(".tile", { hasText: "Creates" }).getAttribute("href");
  // Seven days are what a list shows without being asked.
  expect(href).toBe("/audit?action=CREATE&tz=Asia/Kathmandu");
});

test("a part that cannot be read says so beside the others, and can be read again", async ({ page }) => {
  test.setTimeout(180_000);
  const own = await startOwnConsole();
  try {
    await own.addUser("ada", "superuser", password);
    await own.sql`SELECT annals.record('events', '{"event_type": "ERROR", "title": "down"}')`;
    await signInAt(page, `${own.url}/`, "ada");
    await expect(panel(page, "Open system events")).toContainText("1 open");
    const held = await own.sql.reserve();
    await held`BEGIN`;
    await held`LOCK TABLE annals.system_event IN ACCESS EXCLUSIVE MODE`;
    await page.goto(`${own.url}/`);
    await expect(panel(page, "Open system events")).toContainText("could not be read", { timeout: 20_000 });
    await expect(panel(page, "Open system events")).not.toContainText(/\b0\b|None/);
    await expect(panel(page, "Failing addresses")).toContainText("No sign-in has failed");
    await expect(panel(page, "Busiest actors").locator("tbody tr").first()).toBeVisible();
    await held`COMMIT`;
    held.release();
    await panel(page, "Open system events").getByRole("link", { name: "Try again" }).click();
    await expect(panel(page, "Open system events")).toContainText("1 open");
  } finally {
    await own.stop();
  }
});

test("support gets no part of what it may not see", async ({ page, signIn }) => {
  await signIn("support");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await expect(page.locator(".tile")).toHaveCount(9);
  await expect(panel(page, "Failing addresses")).toBeVisible();
  await expect(page.locator("main")).not.toContainText(/exports/i);
});
