import type { Page } from "@playwright/test";
import { type OwnConsole, startOwnConsole } from "../testing/own-console.ts";
import { expect, test } from "./watched.ts";

const password = "correct horse battery";

test("from a list to an object, to one of its events, and back to the list of it", async ({
  page,
  signIn,
}) => {
  await signIn("superuser");
  await page.goto("/audit?from=all&action=UPDATE&actor=!none");
  await page.locator("table.log td a[href^='/objects/shop.orders/']").first().click();
  await expect(page).toHaveURL(/\/objects\/shop\.orders\/\d+$/);
  await expect(page.locator("h1.sentence")).toContainText("shop.orders");
  await expect(page.getByRole("region", { name: "Summary" })).toContainText(/Created.*by/);
  await expect(page.getByRole("region", { name: "Summary" })).toContainText(/Last changed.*by/);
  const object = page.url();
  await expect(page.locator(".tl .ln", { hasText: "created it" })).toHaveCount(1);
  await page.locator(".tl .ln > a").first().click();
  await expect(page).toHaveURL(/\/audit\/\d+\?from=all&object=\d+&type=shop\.orders/);
  await page.getByRole("link", { name: "History of this object" }).click();
  await expect(page).toHaveURL(object);
  await page.getByRole("link", { name: "As a list" }).click();
  await expect(page).toHaveURL(/\/audit\?from=all&object=\d+&type=shop\.orders/);
});

test("the changes of an object can be read, and those of one field alone", async ({ page, signIn }) => {
  await signIn("superuser");
  await page.goto("/audit?from=all&field=status&type=shop.orders");
  await page.locator("table.log td a[href^='/objects/shop.orders/']").first().click();
  await expect(page.locator(".tl .ln").first()).toBeVisible();
  // The fields are named where there are several to choose from.
  const field = page.locator(".only a", { hasText: /^status$/ });
  if ((await field.count()) > 0) await field.click();
  else await page.goto(`${page.url()}?field=status`);
  await expect(page).toHaveURL(/\?field=status$/);
  await expect(page.locator(".tl .ln").first()).toBeVisible();
  for (const moment of await page.locator(".tl > li").all()) await expect(moment).toContainText("status");
  await expect(page.locator(".tl del, .tl ins").first()).toBeVisible();
  await page.locator(".chip").getByRole("link").click();
  await expect(page).not.toHaveURL(/field/);
});

test("from a list to an actor, page by page, and from a failed sign-in to the name that was typed", async ({
  page,
  signIn,
}) => {
  await signIn("superuser");
  await page.goto("/audit?from=all&actor=!none&action=VIEW");
  await page.locator("table.log td a[href^='/actors/']").first().click();
  await expect(page.getByRole("region", { name: "Summary" })).toContainText("First seen");
  await expect(page.locator(".stmt .tile").first()).toBeVisible();
  const rows = () =>
    page
      .locator("table.history tbody .time a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")?.split(/[/?]/)[2]));
  await page.getByRole("link", { name: "25 rows a page" }).click();
  await expect(page).toHaveURL(/n=25/);
  const first = await rows();
  const older = page.getByRole("link", { name: "Older" });
  if ((await older.count()) > 0) {
    await older.click();
    await expect(page).toHaveURL(/after=/);
    await expect.poll(rows).not.toEqual(first);
    expect((await rows()).filter((seq) => first.includes(seq))).toEqual([]);
    await page.getByRole("link", { name: "Newest" }).click();
    await expect.poll(rows).toEqual(first);
  }

  await page.goto("/logins?from=all&status=FAILED");
  const name = page.locator("table.log td a[href^='/actors/name/']").first();
  const typed = (await name.textContent()) ?? "";
  await name.click();
  await expect(page.locator("h1.sentence")).toHaveText(typed);
  await expect(page.locator("table.history tbody .time a").first()).toBeVisible();
  await page.getByRole("link", { name: "As a list" }).click();
  await expect(page).toHaveURL(/\/logins\?from=all&username=/);
});

test("what is not on record is said to be so, with 404; what cannot be asked is named", async ({
  page,
  signIn,
}) => {
  await signIn("superuser");
  for (const path of [
    "/objects/nothing/such",
    "/objects?type=nothing",
    "/objects/shop.orders/%00",
    "/objects/shop.orders/1%20",
    "/actors/nobody-at-all",
    "/actors/name/nobody-at-all",
    "/actors?id=..",
    `/objects/shop.orders/${"9".repeat(2048)}`,
  ]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(
      /^(Nothing is on record|There is nothing)/,
    );
  }
  await page.goto("/audit?from=all&action=UPDATE&actor=!none");
  const href = await page
    .locator("table.log td a[href^='/objects/shop.orders/']")
    .first()
    .getAttribute("href");
  await page.goto(`${href}?n=7&from=all&field=a,b&before=x&constructor=1`);
  const banner = page.locator(".banner");
  for (const problem of [
    "n=7 is not one of",
    "from=all is not",
    "field=a,b is not the name of one",
    "before=x is not",
  ])
    await expect(banner).toContainText(problem);
  await page.getByRole("link", { name: "Remove them" }).click();
  await expect(page).toHaveURL(href ?? "");
});

test.describe("on a console of its own", () => {
  let own: OwnConsole;
  const ids = [
    '["12", "A"]',
    "a/b//c/",
    "../../etc/passwd",
    "..",
    ".",
    "100%",
    "%2F",
    "a?b#c&d=e",
    "x.rsc",
    "[id]",
    "<script>alert(1)</script>",
    "é 漢\u202e字",
    "name/ada",
    `"\\`,
    "",
    // As long as a record keeps them.
    "𝄞".repeat(450),
    "~".repeat(500),
  ];
  const record = (event: object, context: object) =>
    own.sql`SELECT annals.record('audit', ${JSON.stringify(event)}::text::json, ${JSON.stringify(context)}::text::json)`;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    own = await startOwnConsole();
    await own.addUser("ada", "superuser", password);
    await own.addUser("nor", "superuser", password);
    await own.sql`UPDATE annals.console_user SET tenants = '{north}' WHERE username = 'nor'`;
    for (const [place, id] of ids.entries()) {
      const actor = { actor_kind: "user", actor_id: [...id].slice(0, 200).join(""), attribution: "session" };
      await record(
        {
          action: "UPDATE",
          object_type: "thing",
          object_id: id,
          changes: { place: { old: null, new: place } },
        },
        actor,
      );
    }
    for (const tenant of ["north", "south"]) {
      const context = { actor_kind: "user", actor_id: "7", actor_label: `Seven of ${tenant}`, tenant };
      await record(
        { action: "UPDATE", object_type: "shared", object_id: "1", reason: `for ${tenant}` },
        context,
      );
      await record({ action: "VIEW", object_type: tenant, object_id: "1" }, { ...context, actor_id: tenant });
    }
    // Somebody who only ever acted in another's name.
    await record(
      { action: "DELETE", object_type: "shared", object_id: "2" },
      { actor_kind: "user", actor_id: "7", actor_label: "Seven", impersonator_id: "helper" },
    );
  });
  test.afterAll(() => own?.stop());

  async function signInAs(page: Page, username: string, path: string): Promise<void> {
    await page.goto(`${own.url}${path}`);
    await page.getByLabel("Username").fill(username);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
  }

  test("whatever an id holds, its object and its actor are found from the list", async ({ page }) => {
    test.setTimeout(180_000);
    await signInAs(page, "ada", "/audit?from=all&type=thing&n=100");
    const rows = page.locator("table.log tbody tr:not(.dayrow)");
    await expect(rows).toHaveCount(ids.length);
    const list = page.url();
    for (let at = 0; at < ids.length; at += 1) {
      for (const path of ["/objects", "/actors"]) {
        await page.goto(list);
        // Newest first.
        const id = ids[ids.length - 1 - at] ?? "";
        const link = rows.nth(at).locator(`td a[href^="${path}"]`);
        if (path === "/actors" && id === "") {
          await expect(link).toHaveCount(0);
          continue;
        }
        await link.click();
        const what = path === "/objects" ? ".tl > li" : "table.history tbody .time";
        await expect(page.locator(what), `${path} ${id}`).toHaveCount(1);
        await expect(page.locator(".tl, table.history")).toContainText(
          path === "/objects" ? "place" : "Updated",
        );
        expect(new URL(page.url()).pathname).toMatch(new RegExp(`^${path}`));
        // By itself too, as from a bookmark.
        const answer = await page.goto(page.url());
        expect(answer?.status(), `${path} ${id}`).toBe(200);
        await expect(page.locator(what), `${path} ${id}`).toHaveCount(1);
        // On from there, by a script that sends along where it was.
        await page.locator(path === "/objects" ? ".tl .ln > a" : "table.history .time a").click();
        await expect(page).toHaveURL(/\/audit\/\d+/);
        await expect(page.locator("#raw")).toBeVisible();
      }
    }
  });

  test("an encoded slash in a path is one of the id", async ({ page }) => {
    await signInAs(page, "ada", `/objects/thing/${encodeURIComponent("a/b//c/")}`);
    await expect(page.locator(".tl > li")).toHaveCount(1);
  });

  test("whoever is confined to a tenant sees of objects and actors what is of it", async ({ page }) => {
    await signInAs(page, "nor", "/objects/shared/1");
    await expect(page.locator(".byline")).toContainText("1 event by 1 actor");
    await expect(page.locator(".tl > li")).toHaveCount(1);
    await expect(page.locator(".tl")).toContainText("for north");
    await page.goto(`${own.url}/actors/7`);
    await expect(page.locator("h1.sentence")).toHaveText("Seven of north");
    await expect(page.locator("table.history tbody .time")).toHaveCount(1);
    await page.goto(`${own.url}/`);
    await expect(page.locator(".tile.total .n")).toHaveText("2");
    for (const path of ["/objects/south/1", "/actors/south", "/objects/thing/100%25", "/actors/helper"]) {
      const answer = await page.goto(`${own.url}${path}`);
      expect(answer?.status(), path).toBe(404);
      await expect(page.locator("body")).not.toContainText("Seven of south");
    }
  });

  test("what was done in another's name stands on the page of who did it", async ({ page }) => {
    await signInAs(page, "ada", "/actors/helper");
    await expect(page.locator("h1.sentence")).toHaveText("helper");
    await expect(page.locator("table.history tbody tr", { hasText: "Deleted" })).toContainText("as Seven");
  });
});
