import type { APIRequestContext } from "@playwright/test";
import type { DemoUser } from "./demo-process.ts";
import { expect, test } from "./watched.ts";

const kinds = ["audit", "logins", "exports", "events"];
// As in `lib/access/roles.ts`; said again, so that a change there has to be meant.
const closed: Record<string, string[]> = {
  support: ["exports"],
  developer: [],
  security: [],
  auditor: [],
  superuser: [],
};

// Ways round a check that looks at addresses or headers alone.
const disguises: Record<string, string>[] = [
  {},
  { rsc: "1" },
  { rsc: "1", "next-router-prefetch": "1" },
  { rsc: "1", "next-router-segment-prefetch": "/_tree" },
  { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
  { "next-action": "x" },
  { "x-forwarded-host": "localhost", "x-original-url": "/login" },
];

/** Signs in without a browser, as any client can. */
async function signInBy(request: APIRequestContext, user: DemoUser): Promise<void> {
  const page = await (await request.get("/login")).text();
  const csrfToken = /name="csrfToken" value="([0-9a-f]+)"/.exec(page)?.[1] ?? "";
  const form = { csrfToken, username: user.username, password: user.password, callbackUrl: "/audit" };
  const answer = await request.post("/api/auth/callback/credentials", { form, maxRedirects: 0 });
  expect(answer.headers().location).toBe("/audit");
  const { cookies } = await request.storageState();
  expect(cookies.map(({ name }) => name)).toContain("annals.session");
}

/** What only a page with records holds: rows, counts, facets. */
const holdsData = /class=\\?"(log|facet|count|bars|stmt|tile|mini|tl)|"seq"|recorded_at/;

/** Of no one kind: each shows of every kind what the reader may see. */
const pages = [
  "/",
  "/?from=now-7d",
  "/objects/shop.orders/1",
  "/objects?type=login",
  "/actors/nightly-billing",
  "/actors/name/gwen.marsh",
  "/actors?id=..",
];

for (const kind of kinds) {
  test(`nobody who is not signed in gets anything of ${kind}`, async ({ request }) => {
    for (const path of [
      `/${kind}`,
      `/${kind}?from=all`,
      `/${kind}/1`,
      `/${kind}/1/raw`,
      `/${kind}.rsc`,
      `/${kind}/`,
    ]) {
      for (const headers of disguises) {
        for (const method of ["GET", "HEAD", "POST"]) {
          const answer = await request.fetch(path, { method, headers, maxRedirects: 0 });
          const said = `${method} ${path} ${JSON.stringify(headers)}: ${answer.status()}`;
          expect(answer.status(), said).toBeLessThan(500);
          expect(await answer.text(), said).not.toMatch(holdsData);
        }
      }
    }
  });
}

test("nobody who is not signed in gets anything of the overview, an object or an actor", async ({
  request,
}) => {
  for (const path of pages) {
    for (const headers of disguises) {
      for (const method of ["GET", "HEAD", "POST"]) {
        const answer = await request.fetch(path, { method, headers, maxRedirects: 0 });
        const said = `${method} ${path} ${JSON.stringify(headers)}: ${answer.status()}`;
        expect(answer.status(), said).toBeLessThan(500);
        expect(await answer.text(), said).not.toMatch(holdsData);
      }
    }
  }
});

for (const [role, kindsOf] of Object.entries(closed)) {
  test(`${role} sees what it may and nothing else`, async ({ page, request, demo, signIn }) => {
    const user = await signIn(role);
    const open = kinds.filter((kind) => !kindsOf.includes(kind));
    const nav = page.getByRole("navigation", { name: "Records" });
    // With the overview.
    await expect(nav.getByRole("link")).toHaveCount(open.length + 1);
    for (const path of pages) {
      const answer = await page.goto(path);
      expect(answer?.status(), path).toBe(path === "/actors?id=.." ? 404 : 200);
      for (const kind of kindsOf) {
        await expect(page.locator(`main a[href^="/${kind}"]`), path).toHaveCount(0);
        await expect(nav.locator(`a[href^="/${kind}"]`), path).toHaveCount(0);
      }
    }
    for (const kind of open) {
      await page.goto(`/${kind}?from=all`);
      await expect(page.locator("table.log tbody tr").first()).toBeVisible();
    }
    for (const kind of kindsOf) {
      const answer = await page.goto(`/${kind}?from=all`);
      expect(answer?.status()).toBe(403);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Not permitted");
      await expect(page.getByText(`${kind}.view`)).toBeVisible();
    }
    const known = demo.users.find((candidate) => candidate.username === user.username);
    if (!known || kindsOf.length === 0) return;
    await signInBy(request, known);
    for (const kind of kindsOf) {
      for (const path of [`/${kind}`, `/${kind}?from=all`, `/${kind}/1`, `/${kind}/1/raw`]) {
        for (const headers of disguises) {
          const answer = await request.get(path, { headers, maxRedirects: 0 });
          const isPlain = Object.keys(headers).length === 0;
          if (isPlain) {
            expect(answer.status(), path).toBe(403);
            // As a browser without scripting has it.
            expect(await answer.text(), path).toMatch(new RegExp(`Not permitted.*${kind}\\.view`, "s"));
          }
          expect(answer.status(), path).toBeLessThan(500);
          expect(await answer.text(), `${path} ${JSON.stringify(headers)}`).not.toMatch(holdsData);
        }
      }
    }
  });
}

test("an unknown list, and a number that no record has, are not found", async ({ page, signIn }) => {
  await signIn("superuser");
  for (const path of ["/users", "/audit/999999999999", "/audit/0", "/audit/x", "/audit/1e3"]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing at this address");
  }
});

test("an address that is none is not found, and is no failure of the console", async ({ request, demo }) => {
  const known = demo.users.find(({ role }) => role === "superuser");
  if (!known) throw new Error("the demonstration has no superuser");
  const paths = [
    "/%ff",
    "/audit/%ff",
    "/%c0%ae",
    "/audit/%c0%ae/raw",
    "/_next/data/x/audit.json",
    "/_next/data/%00/%ff.json",
    "/%5fnext/data/build/audit/1.json",
    "/nothing",
  ];
  const ask = async () => {
    for (const path of paths) {
      for (const method of ["GET", "HEAD"]) {
        const answer = await request.fetch(path, { method, maxRedirects: 0 });
        expect(answer.status(), `${method} ${path}`).toBe(404);
        if (method === "GET") expect(await answer.text(), path).toContain("There is nothing at this address");
      }
    }
  };
  await ask();
  await signInBy(request, known);
  await ask();
});

test("what is no form of the console is refused at its sign-in", async ({ request }) => {
  const bodies: [type: string, data: string][] = [
    ["application/json", "{not json"],
    ["application/json", '{"username":"a"}'],
    ["text/plain", "a=b"],
    ["multipart/form-data; boundary=x", "--x--"],
  ];
  for (const [type, data] of bodies) {
    for (const path of ["/api/auth/callback/credentials", "/api/auth/signout"]) {
      const answer = await request.post(path, { data, headers: { "content-type": type }, maxRedirects: 0 });
      expect(answer.status(), `${type} ${data}`).toBe(400);
      expect(await answer.text()).not.toMatch(/at .*\.js|Error/);
    }
  }
});

test("pages are kept by no cache and framed by no site", async ({ page, signIn }) => {
  await signIn("superuser");
  const answer = await page.goto("/audit");
  const headers = answer?.headers() ?? {};
  expect(headers["cache-control"]).toContain("no-store");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBe("same-origin");
  expect(headers["strict-transport-security"]).toMatch(/max-age=\d{8}/);
  const policy = headers["content-security-policy"] ?? "";
  expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]{20,}' 'strict-dynamic';/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe-(inline|eval)/);
});
