import { AsyncLocalStorage } from "node:async_hooks";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../../testing/database.ts";
import { type Annals, createAnnals } from "../../index.ts";
import { withAnnals } from "../db/postgres-js.ts";
import { annalsOnRequestError, type NextRequest, nextContext } from "./next.ts";

type Session = { user: { id?: string; email?: string; name?: string } } | null;

let database: TestDatabase;
let annals: Annals<NextRequest<Session>>;
let sql: postgres.Sql;
const errors: unknown[] = [];
/** What Next.js keeps for a request, and gives by `headers()` to what runs in it. */
const next = new AsyncLocalStorage<{ headers: Headers; session: Session }>();
let sessions = 0;

function headers(): Promise<Headers> {
  const request = next.getStore();
  // As Next.js does outside a request: at once, not by a rejection.
  if (!request) throw new Error("`headers` was called outside a request scope.");
  return Promise.resolve(request.headers);
}

async function session(): Promise<Session> {
  sessions++;
  await new Promise((resolve) => setTimeout(resolve, 2));
  const request = next.getStore();
  if (!request) throw new Error("no request");
  return request.session;
}

function request<T>(id: string | null, fn: () => T, more: Record<string, string> = {}): T {
  const held = new Headers({
    "user-agent": "Browser/1",
    "x-request-id": `r-${id}`,
    "x-forwarded-for": "6.6.6.6, 192.0.2.1",
    ...more,
  });
  return next.run(
    { headers: held, session: id === null ? null : { user: { id, name: id.toUpperCase() } } },
    fn,
  );
}

beforeAll(async () => {
  database = await openTestDatabase();
  await database.sql`create table note (id int generated always as identity, body text,
    context jsonb default nullif(current_setting('annals.context', true), '')::jsonb)`;
  annals = createAnnals<NextRequest<Session>>({
    database: database.url,
    trustedProxies: 1,
    onError: (error) => errors.push(error),
  });
  nextContext(annals, { headers, session, module: "web" });
  sql = withAnnals(postgres(database.url, { max: 3, onnotice: () => {} }), annals);
});
afterAll(async () => {
  await sql.end();
  await annals.close();
  await database.close();
});
beforeEach(async () => {
  errors.length = 0;
  sessions = 0;
  await database.sql`truncate note`;
});

async function contexts(): Promise<unknown[]> {
  return (await database.sql`select context from note order by id`).map((row) => row.context);
}

describe("in a request of Next.js", () => {
  test("a write finds address, browser, request id and who is signed in", async () => {
    await request("ann", async () => {
      await sql`insert into note (body) values ('x')`;
      await sql.begin((tx) => tx`insert into note (body) values ('y')`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await sql`insert into note (body) values ('z')`;
    });
    const expected = {
      actor_kind: "user",
      actor_id: "ann",
      actor_label: "ANN",
      attribution: "session",
      ip: "192.0.2.1",
      ip_source: "x-forwarded-for",
      user_agent: "Browser/1",
      request_id: "r-ann",
      module: "web",
    };
    expect(await contexts()).toEqual([expected, expected, expected]);
    expect(sessions).toBe(1);
  });

  test("reads ask for nothing", async () => {
    await request("ann", () => sql`select 1`);
    expect(sessions).toBe(0);
  });

  test("without a session a write is anonymous", async () => {
    await request(null, () => sql`insert into note (body) values ('x')`);
    expect(await contexts()).toMatchObject([
      { actor_kind: "anonymous", attribution: "none", request_id: "r-null" },
    ]);
  });

  test("requests at the same time do not mix", async () => {
    await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        request(`u${i}`, async () => {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
          await sql`insert into note (body) values (${`u${i}`})`;
        }),
      ),
    );
    const rows = await database.sql`select body, context ->> 'actor_id' as actor from note`;
    expect(rows).toHaveLength(300);
    expect(rows.filter((row) => row.body !== row.actor)).toEqual([]);
    expect(sessions).toBe(300);
  });

  test("a context that was opened comes first, and takes the rest from the request", async () => {
    await request("ann", () =>
      annals.run({ reason: "because" }, () => sql`insert into note (body) values ('x')`),
    );
    await request("ann", () =>
      annals.run({ actor: { kind: "job", id: "j" } }, () => sql`insert into note (body) values ('y')`),
    );
    expect(await contexts()).toMatchObject([
      { actor_id: "ann", reason: "because", request_id: "r-ann" },
      { actor_id: "j", actor_kind: "job", request_id: "r-ann" },
    ]);
  });

  test("events from code have it, too", async () => {
    await request("ann", () => annals.logAuditEvent({ action: "PING" }));
    await annals.catchUp();
    const [row] =
      await database.sql`select actor_id, request_id, module from annals.audit_log order by seq desc limit 1`;
    expect(row).toEqual({ actor_id: "ann", request_id: "r-ann", module: "web" });
  });
});

describe("where there is no request", () => {
  test("a write passes plainly, and nothing is reported", async () => {
    await sql`insert into note (body) values ('script')`;
    expect(await contexts()).toEqual([null]);
    expect(errors).toEqual([]);
  });

  test("headers that may not be read leave no context", async () => {
    const own = createAnnals<NextRequest<Session>>({
      database: database.url,
      onError: (error) => errors.push(error),
    });
    nextContext(own, { headers: () => Promise.reject(new Error("inside use cache")), session });
    const client = withAnnals(postgres(database.url, { max: 1, onnotice: () => {} }), own);
    await client`insert into note (body) values ('cached')`;
    expect(await contexts()).toEqual([null]);
    expect(errors).toEqual([]);
    await client.end();
    await own.close();
  });

  test("work after the response has what was captured in the request", async () => {
    const later = request("ann", () => annals.capture());
    await new Promise((resolve) => setTimeout(resolve, 20));
    await later(() => sql`insert into note (body) values ('after')`);
    expect(await contexts()).toMatchObject([{ actor_id: "ann", request_id: "r-ann" }]);
    expect(errors).toEqual([]);
  });
});

test("an actor of the configuration is asked with headers and session", async () => {
  const own = createAnnals<NextRequest<Session>>({
    database: database.url,
    actor: ({ headers: given, session: signedIn }) => ({
      id: `${signedIn?.user.id} by ${given.get("user-agent")}`,
      attribution: "token",
    }),
  });
  nextContext(own, { headers, session });
  const client = withAnnals(postgres(database.url, { max: 1, onnotice: () => {} }), own);
  await request("ann", () => client`insert into note (body) values ('x')`);
  expect(await contexts()).toMatchObject([{ actor_id: "ann by Browser/1", attribution: "token" }]);
  await client.end();
  await own.close();
});

test("an error of a request is recorded without its cookies, query and other headers", async () => {
  const onRequestError = annalsOnRequestError(annals);
  const canary = "c4n4ry";
  await onRequestError(
    Object.assign(new Error("render failed"), { digest: "1234" }),
    {
      path: `/orders/7?key=${canary}`,
      method: "POST",
      headers: {
        cookie: `session=${canary}`,
        authorization: `Bearer ${canary}`,
        "user-agent": "Browser/1",
        "x-request-id": "r-9",
        "x-own": canary,
      },
    },
    { routePath: "/orders/[id]", routeType: "action" },
  );
  await annals.catchUp();
  const [row] = await database.sql`select * from annals.system_event order by seq desc limit 1`;
  expect(row).toMatchObject({
    event_type: "ERROR",
    title: "Error: render failed",
    error_code: "1234",
    module: "POST /orders/[id] (action)",
    request_id: "r-9",
    user_agent: "Browser/1",
  });
  expect(JSON.stringify(row)).not.toContain(canary);
});

test("without annals, or without headers, the application does not start", () => {
  const usage = (hint: string) =>
    expect.objectContaining({ code: "USAGE", hint: expect.stringContaining(hint) });
  expect(() => nextContext(undefined as never, { headers })).toThrow(usage("nextContext(annals"));
  expect(() => annalsOnRequestError({} as never)).toThrow(usage("annalsOnRequestError(annals"));
  expect(() => nextContext(annals, undefined as never)).toThrow(usage("next/headers"));
  expect(() => nextContext(annals, {} as never)).toThrow(usage("next/headers"));
});
