import type { Page } from "@playwright/test";
import { type OwnConsole, startOwnConsole } from "../testing/own-console.ts";
import { expect, test } from "./watched.ts";

async function fillIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a stranger is led to the sign-in and from there to the page that was asked for", async ({
  page,
  demo,
}) => {
  const [user] = demo.users;
  await page.goto("/logins?status=FAILED%2CBLOCKED&from=all");
  await expect(page).toHaveURL(/\/login\?callbackUrl=/);
  await fillIn(page, user?.username ?? "", user?.password ?? "");
  await expect(page).toHaveURL("/logins?status=FAILED%2CBLOCKED&from=all");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Login attempts");
});

test("a wrong password and an unknown name get the same answer", async ({ page, demo }) => {
  await page.goto("/login");
  for (const username of [demo.users[0]?.username ?? "", "nobody-of-that-name"]) {
    await fillIn(page, username, "wrong");
    await expect(page.getByText("That name and password do not match.")).toBeVisible();
    await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  }
});

test("the password can be looked at", async ({ page }) => {
  await page.goto("/login");
  await page.getByLabel("Password", { exact: true }).fill("s3cret");
  await page.getByRole("button", { name: "Show password" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("type", "text");
});

test("whoever signs out is told so, and the pages are closed again", async ({ page, signIn }) => {
  await signIn("superuser");
  await page.getByRole("button", { name: /settings/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await page.goto("/audit");
  await expect(page).toHaveURL(/\/login/);
});

test.describe("on a console of its own", () => {
  let own: OwnConsole;
  const password = "correct horse battery";

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    own = await startOwnConsole();
    for (const name of ["ada", "ben", "cy", "dee"]) await own.addUser(name, "superuser", password);
  });
  test.afterAll(() => own?.stop());

  async function signInAs(page: Page, username: string): Promise<void> {
    await page.goto(`${own.url}/audit`);
    await fillIn(page, username, password);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Audit log");
  }

  test("a user who is disabled is out at the next page, and told that the session ended", async ({
    page,
  }) => {
    await signInAs(page, "ada");
    await own.sql`UPDATE annals.console_user SET disabled_at = now() WHERE username = 'ada'`;
    await page.reload();
    await expect(page).toHaveURL(/\/login/);
    await expect(page.getByText("Your session has ended.")).toBeVisible();
    await fillIn(page, "ada", password);
    await expect(page.getByText("That name and password do not match.")).toBeVisible();
  });

  test("a changed password ends the session", async ({ page }) => {
    await signInAs(page, "ben");
    await own.sql`UPDATE annals.console_user SET password_changed_at = now() WHERE username = 'ben'`;
    await page.reload();
    await expect(page).toHaveURL(/\/login/);
  });

  test("a changed role ends the session, and counts from the next one", async ({ page }) => {
    await signInAs(page, "cy");
    await expect(page.getByRole("link", { name: "Data exports" })).toBeVisible();
    await own.sql`UPDATE annals.console_user SET role = 'support' WHERE username = 'cy'`;
    await page.reload();
    await expect(page).toHaveURL(/\/login/);
    await fillIn(page, "cy", password);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Audit log");
    await expect(page.getByRole("link", { name: "Data exports" })).toHaveCount(0);
  });

  test("a copied cookie is worth nothing once its owner has signed out, another browser stays", async ({
    browser,
  }) => {
    await own.addUser("fay", "auditor", password);
    const [first, second, thief] = await Promise.all([0, 1, 2].map(() => browser.newContext()));
    if (!first || !second || !thief) throw new Error("no browser contexts");
    const [page, other, stolen] = [await first.newPage(), await second.newPage(), await thief.newPage()];
    await signInAs(page, "fay");
    await signInAs(other, "fay");
    await thief.addCookies(await first.cookies());
    await stolen.goto(`${own.url}/audit`);
    await expect(stolen.getByRole("heading", { level: 1 })).toHaveText("Audit log");
    await page.getByRole("button", { name: /settings/ }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByText("You are signed out.")).toBeVisible();
    await stolen.reload();
    await expect(stolen).toHaveURL(/\/login/);
    await other.reload();
    await expect(other.getByRole("heading", { level: 1 })).toHaveText("Audit log");
    await own.sql`UPDATE annals.console_user SET disabled_at = now() WHERE username = 'fay'`;
    await own.sql`UPDATE annals.console_user SET disabled_at = NULL WHERE username = 'fay'`;
    await other.reload();
    await expect(other).toHaveURL(/\/login/);
    for (const context of [first, second, thief]) await context.close();
  });

  test("guesses under another spelling of a name count against its user", async ({ page }) => {
    await own.addUser("kay", "support", password);
    await page.goto(`${own.url}/login`);
    for (const spelling of ["\u212aay", "KAY", "ｋａｙ", "\u212aAY", "kay"]) {
      await fillIn(page, spelling, "a guess");
      await expect(page.getByText("That name and password do not match.")).toBeVisible();
    }
    await fillIn(page, "\u212aay", password);
    await expect(page.getByText(/Too many attempts\./)).toBeVisible();
  });

  test("after five failures the name is blocked for a while, and each attempt is on record", async ({
    page,
  }) => {
    await page.goto(`${own.url}/login`);
    for (let guess = 1; guess <= 5; guess += 1) {
      await fillIn(page, "Dee", `guess ${guess}`);
      await expect(page.getByText("That name and password do not match.")).toBeVisible();
    }
    // Even with the right one.
    await fillIn(page, "dee", password);
    await expect(page.getByText(/Too many attempts\. Try again in [1-5] minutes?\./)).toBeVisible();
    await expect
      .poll(
        () => own.sql`SELECT status, failure_reason, module, host(ip) AS ip, count(*)::int FROM annals.login_attempt
          WHERE lower(username) = 'dee' GROUP BY 1, 2, 3, 4 ORDER BY 1`,
      )
      .toEqual([
        { status: "BLOCKED", failure_reason: "locked", module: "console", ip: "127.0.0.1", count: 1 },
        { status: "FAILED", failure_reason: "bad_password", module: "console", ip: "127.0.0.1", count: 5 },
      ]);
  });

  test("a name and a browser made to do harm are recorded, and nothing breaks", async ({ browser }) => {
    const context = await browser.newContext({ userAgent: `<script>alert(1)</script> ${"x".repeat(3000)}` });
    const page = await context.newPage();
    await page.goto(`${own.url}/login`);
    const name = `<script>alert(1)</script>\u202e'; DROP TABLE annals.audit_log; --${"y".repeat(3000)}`;
    await fillIn(page, name, "x");
    await expect(page.getByText("That name and password do not match.")).toBeVisible();
    await expect
      .poll(() => own.sql`SELECT failure_reason FROM annals.login_attempt WHERE username LIKE '<script>%'`)
      .toEqual([{ failure_reason: "unknown_user" }]);
    await context.close();
  });

  test("a form that another site sends is refused and recorded", async ({ request }) => {
    for (const path of ["/api/auth/callback/credentials", "/api/auth/signout", "/preferences"]) {
      for (const origin of ["https://evil.example", "null"]) {
        const answer = await request.post(`${own.url}${path}`, {
          headers: { origin },
          form: { theme: "dark" },
        });
        expect(answer.status(), `${path} from ${origin}`).toBe(403);
      }
    }
    await expect
      .poll(async () => {
        const [row] =
          await own.sql`SELECT count(*)::int FROM annals.system_event WHERE event_type = 'SECURITY'`;
        return row?.count;
      })
      .toBe(6);
  });

  test("without trusted proxies nobody can name another host for this site", async ({ request }) => {
    const headers = { origin: "https://evil.example", "x-forwarded-host": "evil.example" };
    for (const path of ["/api/auth/callback/credentials", "/api/auth/signout", "/preferences"]) {
      const answer = await request.post(`${own.url}${path}`, { headers, form: { theme: "dark" } });
      expect(answer.status(), path).toBe(403);
    }
  });

  test("a link cannot lead through the sign-in to another site", async ({ page }) => {
    await page.goto(`${own.url}/login?callbackUrl=${encodeURIComponent("https://evil.example/audit")}`);
    await own.addUser("eve", "support", password);
    await fillIn(page, "eve", password);
    await expect(page).toHaveURL(`${own.url}/`);
  });
});
