import { expect, test } from "./fixtures.ts";

test.use({ javaScriptEnabled: false });

test("without scripting: sign in, filter, drill, page, open, choose a theme, sign out", async ({
  page,
  signIn,
}) => {
  await signIn("superuser");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await expect(page.locator(".panel[aria-labelledby=freshness]")).toContainText("Newest event");
  await expect(page.locator(".sk, [aria-busy]")).toHaveCount(0);

  await page.goto("/audit?from=all&n=25");
  await expect(page.getByRole("button", { name: "Copy link" })).toBeHidden();
  await page.locator(".facet", { hasText: "Action" }).locator("li a").first().click();
  await expect(page).toHaveURL(/action=/);
  await expect(page.locator(".chip", { hasText: "Action" })).toBeVisible();

  await page.goto("/audit?from=all");
  await page.locator("input[name=ip]").fill("0.0.0.0/0");
  await page.locator(".filters > form").getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/ip=0\.0\.0\.0(\/|%2F)0/);
  await page.getByRole("searchbox").fill("nothing like it");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("heading", { name: /No audit events match/ })).toBeVisible();

  await page.goto("/audit?from=all&n=25");
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/after=/);
  await page.locator(".bars a").last().click();
  await expect(page).toHaveURL(/on=\d{4}/);
  await expect(page.locator(".count")).toHaveText(/^[\d,]+ events?$/);

  const list = page.url();
  await page.locator("table.log tbody .time a").first().click();
  await expect(page.locator("h1.sentence")).toBeVisible();
  await page.locator(".trail .back").click();
  await expect(page).toHaveURL(list);

  await page.getByRole("button", { name: /settings/ }).click();
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: /settings/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
});

test("without scripting: the pages of an object and of an actor are whole, and lead on", async ({
  page,
  signIn,
}) => {
  await signIn("superuser");
  await page.goto("/audit?from=all&action=UPDATE&actor=!none");
  await page.locator("table.log td a[href^='/objects/']").first().click();
  await expect(page.locator(".tl .ln").first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Summary" })).toContainText("Last changed");
  await page.locator(".tl .ln b a").first().click();
  await expect(page).toHaveURL(/\/actors\//);
  await expect(page.locator(".stmt .tile").first()).toBeVisible();
  await expect(page.locator("table.history tbody .time a").first()).toBeVisible();
  await expect(page.locator(".sk, [aria-busy]")).toHaveCount(0);
});

test("a browser in which scripts have stopped running gets whole pages again", async ({
  page,
  signIn,
  context,
  demo,
}) => {
  await signIn("superuser");
  await context.addCookies([{ name: "annals.scripting", value: "1", url: demo.url }]);
  await page.goto("/audit?from=all&n=25");
  await expect(page.locator("table.log tbody .time a")).toHaveCount(25);
  await expect(page).toHaveURL("/audit?from=all&n=25");
  expect((await context.cookies()).map(({ name }) => name)).not.toContain("annals.scripting");
});

test("without scripting, what is not found says so", async ({ page, signIn }) => {
  await signIn("superuser");
  for (const path of ["/nothing", "/audit/x", "/audit/999999999999", "/objects", "/actors", "/objects/x"]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing at this address");
    await expect(page).toHaveTitle("Not found · Annals");
    await expect(page.getByRole("link", { name: "Back to the records" })).toBeVisible();
  }
});
