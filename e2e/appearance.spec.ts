import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./watched.ts";

const lists = ["/audit", "/logins", "/exports", "/events"];

async function firstRecord(page: Page, list: string): Promise<string> {
  await page.goto(`${list}?from=all`);
  return (await page.locator("table.log tbody .time a").first().getAttribute("href")) ?? "";
}

/** The first page of that path to which a list leads. */
async function pageFrom(page: Page, list: string, path: string): Promise<string> {
  await page.goto(list);
  return (await page.locator(`table.log td a[href^="${path}"]`).first().getAttribute("href")) ?? "";
}

async function expectNoBarriers(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  expect(said, page.url()).toEqual([]);
}

async function expectNoOverflow(page: Page): Promise<void> {
  const { wide, room } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    room: document.documentElement.clientWidth,
  }));
  expect(wide, page.url()).toBeLessThanOrEqual(room);
}

for (const theme of ["light", "dark"] as const) {
  test(`in ${theme}, no barrier is found on the sign-in`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto("/login?error=CredentialsSignin");
    await expectNoBarriers(page);
    await page.goto("/login?out=1");
    await expectNoBarriers(page);
  });

  for (const width of [1280, 320]) {
    test(`in ${theme} at ${width}, no barrier is found on lists and records, and none is too wide`, async ({
      page,
      signIn,
    }) => {
      test.setTimeout(180_000);
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 800 });
      await signIn("superuser");
      for (const list of lists) {
        const record = await firstRecord(page, list);
        await expectNoBarriers(page);
        await expectNoOverflow(page);
        await page.goto(record);
        await expect(page.locator("h1.sentence")).toBeVisible();
        await expectNoBarriers(page);
        await expectNoOverflow(page);
      }
      for (const path of [
        "/",
        "/?from=now-24h&days=3",
        await pageFrom(page, "/audit?from=all&action=UPDATE&actor=!none", "/objects/"),
        await pageFrom(page, "/audit?from=all&action=UPDATE&actor=!none", "/actors/"),
        await pageFrom(page, "/logins?from=all", "/actors/name/"),
        "/objects/nothing/such?field=!status",
        "/audit?action=FOO&q=nothing+like+it",
        "/users",
      ]) {
        await page.goto(path);
        await expectNoBarriers(page);
        await expectNoOverflow(page);
      }
    });
  }
}

test("the theme can be chosen, stays, and is there before anything is drawn", async ({ page, signIn }) => {
  await signIn("superuser");
  await page.goto("/audit");
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const light = await paper();
  await page.getByRole("button", { name: /settings/ }).click();
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await paper()).not.toBe(light);
  await expect(page).toHaveURL("/audit");
  // In the markup itself, not set by a script.
  const answer = await page.request.get("/audit");
  expect(await answer.text()).toMatch(/<html[^>]* data-theme="dark"/);
  await page.getByRole("button", { name: /settings/ }).click();
  await expect(page.getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: "System" }).click();
  await expect(page.locator("html")).not.toHaveAttribute("data-theme", /./);
});

test("at hand width, navigation and filters open from buttons that name where we are", async ({
  page,
  signIn,
}) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await signIn("superuser");
  await expect(page.getByRole("link", { name: "Login attempts" })).toBeHidden();
  await page.getByRole("button", { name: "Overview" }).click();
  await page.getByRole("link", { name: "Login attempts" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Login attempts");
  await page.getByRole("button", { name: "Filters" }).click();
  await expect(page.getByRole("region", { name: "Filters" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "Filters" })).toBeHidden();
});

test("at 320 all hours of a day and all days of a month are in sight, and none is too small", async ({
  page,
  signIn,
}) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await signIn("superuser");
  const today = new Date().toISOString().slice(0, 10);
  for (const [on, bars] of [
    [today, 24],
    ["2026-10-24", 24],
    ["2026-10", 31],
    ["2024-02", 29],
  ] as const) {
    await page.goto(`/audit?on=${on}`);
    await expect(page.locator(".bars")).toHaveClass(/days|hours/);
    const boxes = await page.locator(".bars li").evaluateAll((items) =>
      items
        .map((item) => item.getBoundingClientRect())
        .filter(({ width }) => width > 0)
        .map(({ left, right, width }) => ({ left, right, width })),
    );
    const wanted = on === today ? new Date().getUTCHours() + 1 : bars;
    expect(boxes.length, on).toBeGreaterThanOrEqual(wanted);
    for (const { left, right, width } of boxes) {
      expect(left, on).toBeGreaterThanOrEqual(0);
      expect(right, on).toBeLessThanOrEqual(320);
      expect(width, on).toBeGreaterThanOrEqual(24);
    }
  }
});

test("the keyboard alone leads past the navigation, into a record and back", async ({ page, signIn }) => {
  await signIn("superuser");
  await page.goto("/audit?from=all");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
  await page.locator("table.log tbody .time a").first().focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("h1.sentence")).toBeVisible();
});
