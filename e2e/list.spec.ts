import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./watched.ts";

/** The number in the title line: how many records the search finds. */
async function countOf(page: Page): Promise<number> {
  await expect(page.locator(".count")).toHaveText(/^[\d,]+ /);
  return numberOf(page.locator(".count"));
}

async function numberOf(place: Locator, within = /([\d,]+)/): Promise<number> {
  return Number(within.exec((await place.textContent()) ?? "")?.[1]?.replaceAll(",", ""));
}

test.beforeEach(async ({ signIn }) => {
  await signIn("superuser");
});

test("a facet narrows the list to what its count says, and gives way again", async ({ page }) => {
  await page.goto("/audit?from=all");
  const line = page.locator(".facet", { hasText: "Action" }).locator("li").first();
  const name = (await line.locator("a").first().textContent()) ?? "";
  const count = await numberOf(line.locator("> span"));
  await line.locator("a").first().click();
  await expect(page).toHaveURL(/action=/);
  await expect.poll(() => countOf(page)).toBe(count);
  const chip = page.locator(".chip", { hasText: "Action" });
  await expect(chip).toContainText(name);
  await chip.getByRole("link").click();
  await expect(page).not.toHaveURL(/action=/);
});

test("leaving a value out leaves out as many as it had", async ({ page }) => {
  await page.goto("/audit?from=all");
  const all = await countOf(page);
  const line = page.locator(".facet", { hasText: "Action" }).locator("li").first();
  const count = await numberOf(line.locator("> span"));
  await line.getByRole("link", { name: /^Leave out/ }).click();
  await expect(page).toHaveURL(/action=(!|%21)/);
  await expect(page.locator(".chip em")).toHaveText("is not");
  await expect.poll(() => countOf(page)).toBe(all - count);
});

test("the date strip leads from years to the hour, and each bar says how many there are", async ({
  page,
}) => {
  await page.goto("/audit?from=all");
  // A short history begins at months or days; the years stand above it.
  const year = page.locator(".crumbs a", { hasText: /^\d{4}$/ });
  if ((await year.count()) > 0) await year.click();
  for (const [bars, on] of [
    [".bars.years", /on=\d{4}$/],
    [".bars.months", /on=\d{4}-\d\d$/],
    [".bars.days", /on=\d{4}-\d\d-\d\d$/],
    [".bars.hours", /on=\d{4}-\d\d-\d\dT\d\d$/],
  ] as const) {
    if (bars === ".bars.years" && (await page.locator(bars).count()) === 0) continue;
    await expect(page.locator(bars)).toBeVisible();
    // In the present one others are at work meanwhile, so that its number may be exceeded.
    const past = page.locator(`${bars} li:not(.now) a`);
    const settled = (await past.count()) > 0;
    const bar = settled ? past.first() : page.locator(`${bars} a`).first();
    const number = await numberOf(bar.locator(".sr"), /, ([\d,]+) \w+$/);
    await bar.click();
    await expect(page).toHaveURL(on);
    if (settled) await expect.poll(() => countOf(page)).toBe(number);
    else await expect.poll(() => countOf(page)).toBeGreaterThanOrEqual(number);
  }
  await expect(page.locator(".crumbs [aria-current]")).toHaveText(/^\d\d:00$/);
  await page.locator(".crumbs").getByRole("link", { name: "All" }).click();
  await expect(page).toHaveURL(/from=all/);
});

test("paging shows each record once, there and back", async ({ page }) => {
  await page.goto("/audit?from=all&n=25");
  const rows = () =>
    page
      .locator("table.log tbody .time a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")?.split(/[/?]/)[2]));
  const first = await rows();
  expect(first).toHaveLength(25);
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/after=/);
  await expect.poll(rows).not.toEqual(first);
  const second = await rows();
  expect(second.filter((seq) => first.includes(seq))).toEqual([]);
  await page.getByRole("link", { name: "Newer" }).click();
  await expect(page).toHaveURL(/before=/);
  await expect.poll(rows).toEqual(first);
  await page.getByRole("link", { name: "Older" }).click();
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(page).not.toHaveURL(/after=|before=/);
});

test("a record opens on a page of its own, knows its neighbours, and leads back to the same list", async ({
  page,
}) => {
  await page.goto("/audit?from=all&n=25&sort=time");
  await page.getByRole("link", { name: "Newer" }).click();
  await expect(page).toHaveURL(/after=/);
  const list = page.url();
  const links = page.locator("table.log tbody .time a");
  const [second, third] = [await links.nth(1).getAttribute("href"), await links.nth(2).getAttribute("href")];
  await links.nth(1).click();
  await expect(page.locator("h1.sentence")).toBeVisible();
  expect(new URL(page.url()).pathname).toBe(second?.split("?")[0]);
  await page.getByRole("link", { name: "Newer" }).click();
  await expect(page).toHaveURL(new RegExp(`${third?.split("?")[0]}\\?`));
  await page.locator(".trail .back").click();
  await expect(page).toHaveURL(list);
});

test("the way back in the browser keeps the place too", async ({ page }) => {
  await page.goto("/logins?from=all&status=FAILED");
  const list = page.url();
  await page.locator("table.log tbody .time a").first().click();
  await expect(page.locator("h1.sentence")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(list);
  await expect(page.locator("table.log")).toBeVisible();
});

test("the number of a record finds it from any list", async ({ page }) => {
  await page.goto("/logins?from=all");
  const href = (await page.locator("table.log tbody .time a").first().getAttribute("href")) ?? "";
  const seq = href.split(/[/?]/)[2];
  await page.goto(`/audit/${seq}`);
  await expect(page).toHaveURL(`/logins/${seq}`);
});

test("an invalid parameter is named, marked and can be removed", async ({ page }) => {
  await page.goto("/events?level=FOO&fn=run&ip=10.0.0.0%2F99&constructor=1");
  const banner = page.locator(".banner");
  await expect(banner).toContainText("Ignored: level=FOO is not a known value");
  await expect(banner).toContainText("ip=10.0.0.0/99 is not an address or network");
  await expect(banner).toContainText("constructor=1 is not a filter of System events");
  await expect(page.locator(".chip.bad")).toHaveCount(3);
  await expect(page.locator("input[name=ip]")).toHaveValue("10.0.0.0/99");
  await expect(page.locator("input[name=ip]")).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("link", { name: "Remove them" }).click();
  await expect(page).toHaveURL("/events?fn=run");
});

test("a typed filter and words narrow the list, and equal searches have equal addresses", async ({
  page,
}) => {
  await page.goto("/audit?from=all");
  const all = await countOf(page);
  await page.locator("input[name=field]").fill("status");
  await page.locator(".filters > form").getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL("/audit?field=status&from=all");
  expect(await countOf(page)).toBeLessThan(all);
  await page.getByRole("searchbox").fill("no such words anywhere");
  await page.getByRole("searchbox").press("Enter");
  await expect(page.getByRole("heading", { name: /^No audit events match these 2 filters/ })).toBeVisible();
});

test("the zone is carried in the address, and times are shown in it", async ({ page }) => {
  await page.goto("/audit?from=all&tz=Asia/Kathmandu");
  await expect(page.locator("thead th").first()).toContainText("Time (Kathmandu)");
  const time = page.locator("table.log tbody time").first();
  const instant = new Date((await time.getAttribute("datetime")) ?? "");
  const shown = instant.toLocaleTimeString("en-GB", { timeZone: "Asia/Kathmandu" });
  await expect(time).toContainText(shown);
  const href = await page.locator("table.log tbody .time a").first().getAttribute("href");
  expect(href).toMatch(/tz=Asia(\/|%2F)Kathmandu/);
  await page.getByRole("navigation", { name: "Time zone" }).getByRole("link", { name: "UTC" }).click();
  await expect(page).toHaveURL("/audit?from=all");
});

test("what was written before a list is asked for stands in it, and is not said to wait", async ({
  page,
  signIn,
}) => {
  let said = 0;
  for (let visit = 0; visit < 6; visit += 1) {
    await page.context().clearCookies();
    await signIn("superuser");
    await page.goto("/audit");
    await expect(page.locator("table.log tbody tr", { hasText: "Signed in" }).first()).toBeVisible();
    await expect(page.locator(".count")).toHaveText(/^[\d,]+ /);
    said += await page.locator(".filing").count();
  }
  // Others may sign in at the same moment, after what waits was filed.
  expect(said).toBeLessThanOrEqual(2);
});
