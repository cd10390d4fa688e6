import { type OwnConsole, startOwnConsole } from "../testing/own-console.ts";
import { expect, test } from "./watched.ts";

let own: OwnConsole;
const password = "correct horse battery";
const script = "<script>alert(1)</script>";
const payloads = [
  script,
  `"><img src=x onerror=alert(1)>`,
  `javascript:alert(1)`,
  `</title><svg onload=alert(1)>`,
  `{{constructor.constructor('alert(1)')()}}`,
  `\u202egnp.exe\u2066`,
  `\u001b]0;alert\u0007`,
];

// Every field that a host can fill, of every kind.
const fields = {
  audit: ["object_type", "object_id", "object_label", "reason"],
  logins: ["username", "country", "city"],
  exports: ["export_type", "file_format", "file_path", "sha256"],
  events: ["title", "description", "function_name", "error_code", "stack_trace", "fingerprint"],
} as const;
const required = {
  audit: { action: "UPDATE" },
  logins: { status: "FAILED", failure_reason: "other" },
  exports: { status: "completed", record_count: 3 },
  events: { event_type: "SECURITY" },
} as const;
const context = [
  "actor_id",
  "actor_label",
  "impersonator_id",
  "tenant",
  "ip_source",
  "user_agent",
  "session_hash",
];
const more = ["request_id", "trace_id", "module"];

function record(kind: keyof typeof fields, payload: string) {
  const event: Record<string, unknown> = { ...required[kind] };
  for (const field of fields[kind]) event[field] = payload;
  if (kind === "audit") {
    event.changes = {
      [payload]: { old: payload, new: `${payload} again` },
      json: { old: { [payload]: payload }, new: { [payload]: [payload] } },
    };
  }
  if (kind === "exports")
    Object.assign(event, { filters_applied: { [payload]: payload }, columns: [payload] });
  const said = Object.fromEntries([...context, ...more].map((name) => [name, payload]));
  return { event, context: { ...said, actor_kind: "user", attribution: "claimed", source: "api" } };
}

test.beforeAll(async () => {
  test.setTimeout(120_000);
  own = await startOwnConsole();
  await own.addUser("ada", "superuser", password);
  for (const kind of Object.keys(fields) as (keyof typeof fields)[]) {
    for (const payload of payloads) {
      const { event, context: said } = record(kind, payload);
      await own.sql`SELECT annals.record(${kind}, ${JSON.stringify(event)}::text::json, ${JSON.stringify(said)}::text::json)`;
    }
  }
});
test.afterAll(() => own?.stop());

for (const kind of Object.keys(fields) as (keyof typeof fields)[]) {
  test(`what stands in records of ${kind} is text in the list, on their pages and in the title`, async ({
    page,
  }) => {
    page.on("dialog", () => {
      throw new Error("A script out of a record has run.");
    });
    await page.goto(`${own.url}/${kind}?from=all`);
    await page.getByLabel("Username").fill("ada");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    const rows = page.locator("table.log tbody tr:not(.dayrow)", { hasText: /alert|gnp/ });
    await expect(rows).toHaveCount(payloads.length);
    await expect(page.locator("table.log").getByText(script).first()).toBeVisible();
    const hrefs = await rows
      .locator(".time a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    for (const href of hrefs) {
      await page.goto(`${own.url}${href}`);
      await expect(page.locator("h1.sentence")).toContainText(/alert|gnp|kept|sign in/);
      // Each value is shown, none became an element, an attribute or an address.
      expect(await page.locator("main img, main svg[onload], main script, main [onerror]").count()).toBe(0);
      expect(await page.locator("a[href^='javascript:' i]").count()).toBe(0);
      const title = await page.title();
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
      expect(title).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/);
    }
  });
}

test("what stands in records is text on the overview and on the pages of objects, actors and names", async ({
  page,
}) => {
  page.on("dialog", () => {
    throw new Error("A script out of a record has run.");
  });
  await page.goto(`${own.url}/`);
  await page.getByLabel("Username").fill("ada");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.locator(".panel").getByText(script).first()).toBeVisible();
  const hrefs = new Set<string>();
  for (const list of ["/audit?from=all&n=100", "/logins?from=all&n=100"]) {
    await page.goto(`${own.url}${list}`);
    await expect(page.locator("table.log tbody td a").first()).toBeVisible();
    for (const href of await page
      .locator("table.log tbody td a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? "")))
      hrefs.add(href);
  }
  // An object, an actor and a name for each; and those of the sign-ins.
  expect(hrefs.size).toBeGreaterThan(3 * payloads.length);
  for (const href of ["/", ...hrefs]) {
    const answer = await page.goto(`${own.url}${href}`);
    expect(answer?.status(), href).toBe(200);
    await expect(page.locator("main h1")).toBeVisible();
    expect(await page.locator("main img, main svg[onload], main script, main [onerror]").count()).toBe(0);
    expect(await page.locator("a[href^='javascript:' i]").count()).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
    expect(await page.title()).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/);
  }
});

test("characters that hide or reorder are shown by their code point", async ({ page }) => {
  await page.goto(`${own.url}/audit?from=all`);
  await page.getByLabel("Username").fill("ada");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  const row = page.locator("table.log tbody tr", { hasText: "gnp.exe" });
  await expect(row.locator(".m-ob .cc").first()).toHaveText("U+202E");
  await row.locator(".time a").click();
  await expect(page).toHaveTitle(/⟨U\+202E⟩gnp\.exe⟨U\+2066⟩/);
});
