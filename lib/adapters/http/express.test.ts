import type { Server } from "node:http";
import { request as httpRequest } from "node:http";
import express, { type Express, type Request, type Response } from "express";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../../testing/database.ts";
import { type Annals, createAnnals } from "../../index.ts";
import { withAnnals } from "../db/postgres-js.ts";
import { annalsErrorHandler, annalsMiddleware } from "./express.ts";

interface Person extends Request {
  person?: string;
}

let database: TestDatabase;
let annals: Annals<Person>;
let sql: postgres.Sql;
let started: Date;
const errors: unknown[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  await database.sql`create table note (id int generated always as identity, body text,
    context jsonb default nullif(current_setting('annals.context', true), '')::jsonb)`;
});
afterAll(() => database.close());
beforeEach(async () => {
  errors.length = 0;
  started = new Date();
  annals = createAnnals<Person>({
    database: database.url,
    secret: "a secret of sufficient length",
    actor: (request) =>
      request.person === undefined ? null : { id: request.person, sessionId: `session of ${request.person}` },
    onError: (error) => errors.push(error),
  });
  sql = withAnnals(postgres(database.url, { max: 5, onnotice: () => {} }), annals);
  await database.sql`truncate note`;
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  await annals.close();
  await sql.end();
});

async function serve(app: Express): Promise<string> {
  const server = await new Promise<Server>((resolve) => {
    const started: Server = app.listen(0, "127.0.0.1", () => resolve(started));
  });
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** Signs in the one whom a header names, after a moment, as a session store would. */
function signIn(request: Person, _response: Response, next: () => void): void {
  setTimeout(() => {
    const name = request.headers.authorization;
    if (name !== undefined) request.person = name;
    next();
  }, Math.random() * 3);
}

const write = (body: string) => sql`insert into note (body) values (${body})`;

/** The system events of this test. */
async function events(): Promise<postgres.Row[]> {
  await annals.close();
  const reader = postgres(database.url, { max: 1, onnotice: () => {} });
  await reader`select annals.relay()`;
  const rows = await reader`select * from annals.system_event where recorded_at > ${started} order by seq`;
  await reader.end();
  return rows;
}

describe("the context of a request", () => {
  test("has what the request tells, and the actor who signs in later", async () => {
    const app = express();
    app.use(annalsMiddleware(annals, { module: "shop", relayAfterResponse: false }));
    app.use(signIn);
    app.get("/", async (_request, response) => {
      await write("x");
      response.end();
    });
    const url = await serve(app);
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const headers = {
      authorization: "ann",
      "user-agent": "Browser/1",
      "x-request-id": "req-1",
      traceparent: `00-${trace}-b7ad6b7169203331-01`,
      "x-forwarded-for": "6.6.6.6",
    };
    const response = await fetch(url, { headers });
    expect(response.headers.get("x-request-id")).toBe("req-1");
    const [row] = await database.sql`select context from note`;
    expect(row?.context).toEqual({
      actor_kind: "user",
      actor_id: "ann",
      actor_label: "",
      attribution: "session",
      session_hash: expect.stringMatching(/^[0-9a-f]{32}$/),
      ip: "127.0.0.1",
      ip_source: "socket",
      user_agent: "Browser/1",
      request_id: "req-1",
      trace_id: trace,
      module: "shop",
    });
  });

  test("before and after signing in are told apart", async () => {
    const app = express();
    app.use(annalsMiddleware(annals, { relayAfterResponse: false }));
    app.use(async (_request, _response, next) => {
      await write("before");
      next();
    });
    app.use(signIn);
    app.get("/", async (_request, response) => {
      await write("after");
      response.end();
    });
    await fetch(await serve(app), { headers: { authorization: "ann" } });
    const rows =
      await database.sql`select body, context ->> 'actor_kind' as kind, context ->> 'actor_id' as id from note order by id`;
    expect(rows).toEqual([
      { body: "before", kind: "anonymous", id: "" },
      { body: "after", kind: "user", id: "ann" },
    ]);
  });

  test.each(["", "a b", "x".repeat(201), 'x"y', "ü"])(
    "a request id such as %j is replaced by a UUID",
    async (id) => {
      const app = express();
      app.use(annalsMiddleware(annals, { relayAfterResponse: false }));
      app.get("/", (_request, response) => void response.end());
      const response = await fetch(await serve(app), {
        headers: {
          "x-request-id": encodeURIComponent(id) === id ? id : Buffer.from(id, "latin1").toString("latin1"),
        },
      });
      expect(response.headers.get("x-request-id")).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    },
  );

  test("reaches what listens to the request's own events", async () => {
    const app = express();
    app.use(annalsMiddleware(annals, { relayAfterResponse: false }), signIn);
    app.post("/", (request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        write(body).then(
          () => response.end(),
          () => response.destroy(),
        );
      });
    });
    await fetch(await serve(app), { method: "POST", body: "streamed", headers: { authorization: "ann" } });
    const [row] = await database.sql`select body, context ->> 'actor_id' as id from note`;
    expect(row).toEqual({ body: "streamed", id: "ann" });
  });

  test("does not outlive the response for others, but does for work that it started", async () => {
    const app = express();
    const done: Promise<unknown>[] = [];
    app.use(annalsMiddleware(annals, { relayAfterResponse: false }), signIn);
    app.get("/", (_request, response) => {
      done.push(new Promise((resolve) => setTimeout(() => write("later").then(resolve), 50)));
      response.end();
    });
    await fetch(await serve(app), { headers: { authorization: "ann" } });
    await write("outside");
    await Promise.all(done);
    const rows = await database.sql`select body, context ->> 'actor_id' as actor from note order by body`;
    expect(rows).toEqual([
      { body: "later", actor: "ann" },
      { body: "outside", actor: null },
    ]);
  });
});

describe("10,000 mixed requests at once", () => {
  test("on a pool of five leave no row with a wrong actor, and none without one", {
    timeout: 180_000,
  }, async () => {
    const app = express();
    app.post("/before", express.json());
    app.use(annalsMiddleware(annals, { slowRequestMs: 0, relayAfterResponse: false }));
    app.post("/after", express.json());
    app.use(signIn);
    const nap = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
    const expected = (request: Person) => `${request.person ?? "nobody"} ${request.query.n}`;
    const handlers: ((request: Person) => Promise<unknown>)[] = [
      async (request) => {
        await nap();
        await write(expected(request));
      },
      (request) =>
        sql.begin(async (tx) => {
          await nap();
          await tx`insert into note (body) values (${expected(request)})`;
          await tx`select 1`;
        }),
      async (request) => {
        await Promise.all([write(expected(request)), sql`select pg_sleep(0.001)`, nap()]);
      },
      async (request) => {
        await write(expected(request));
        await sql`insert into note (id) values (1)`.catch(() => {});
        throw new Error("on purpose");
      },
      async (request) => {
        await annals.run({ reason: "nested" }, () => write(expected(request)));
      },
    ];
    const handle = async (request: Person, response: Response) => {
      await handlers[Number(request.query.n) % handlers.length]?.(request);
      response.json({ body: request.body ?? null });
    };
    app.post("/before", handle);
    app.post("/after", handle);
    app.get("/read", handle);
    app.use(
      (_error: unknown, _request: Request, response: Response, _next: unknown) =>
        void response.status(500).end(),
    );
    const url = new URL(await serve(app));

    let failed = 0;
    const send = (n: number) =>
      new Promise<void>((resolve) => {
        const path = ["/before", "/after", "/read"][n % 3] ?? "/read";
        const person = n % 7 === 0 ? undefined : `user-${n % 50}`;
        const body = JSON.stringify({ text: "x".repeat(n % 2000) });
        const post = path !== "/read";
        const call = httpRequest({
          host: url.hostname,
          port: url.port,
          path: `${path}?n=${n}`,
          method: post ? "POST" : "GET",
          headers: {
            ...(person && { authorization: person }),
            ...(post && { "content-type": "application/json" }),
          },
        });
        call.on("response", (response) => {
          if (response.statusCode !== 200) failed++;
          response.resume();
          response.on("close", resolve);
        });
        call.on("error", () => resolve());
        if (post) call.write(body);
        call.end();
        // Some clients go away in the middle.
        if (n % 97 === 0) setTimeout(() => call.destroy(), Math.random() * 10);
      });
    const numbers = Array.from({ length: 10_000 }, (_, n) => n);
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        for (let n = numbers.pop(); n !== undefined; n = numbers.pop()) await send(n);
      }),
    );
    const rows =
      await database.sql`select body, context ->> 'actor_id' as actor, context ->> 'actor_kind' as kind,
      context ->> 'request_id' as request from note`;
    const wrong = rows.filter((row) => {
      const [person] = String(row.body).split(" ");
      return person === "nobody" ? row.kind !== "anonymous" || row.actor !== "" : row.actor !== person;
    });
    expect(wrong).toEqual([]);
    // Those that gave up may have been gone before they wrote.
    expect(rows.length).toBeGreaterThan(9_800);
    expect(new Set(rows.map((row) => row.request)).size).toBe(rows.length);
    expect(failed).toBeGreaterThan(1_500);
    const settings = await Promise.all(
      Array.from(
        { length: 20 },
        () => sql`select current_setting('annals.context', true) as setting, pg_sleep(0.01)`,
      ),
    );
    expect(settings.every(([row]) => !row?.setting)).toBe(true);
    expect(errors).toEqual([]);
  });
});

describe("what goes wrong in a request", () => {
  test("becomes a system event with the context of the request", async () => {
    class PaymentError extends Error {
      override name = "PaymentError";
      code = "card_declined";
    }
    const app = express();
    app.use(annalsMiddleware(annals, { relayAfterResponse: false }), signIn);
    app.get("/pay", async function payOrder() {
      await write("x");
      throw new PaymentError(`declined ${"!".repeat(100_000)}\0`);
    });
    app.use(annalsErrorHandler(annals));
    app.use(
      (_error: unknown, _request: Request, response: Response, _next: unknown) =>
        void response.status(500).end(),
    );
    const response = await fetch(`${await serve(app)}/pay`, {
      headers: { authorization: "ann", "x-request-id": "r-1" },
    });
    expect(response.status).toBe(500);
    const [event, ...others] = await events();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      event_type: "ERROR",
      error_code: "card_declined",
      actor_id: "ann",
      request_id: "r-1",
      function_name: "payOrder",
      source: "api",
    });
    expect(event?.line_number).toBeGreaterThan(100);
    expect(event?.title).toMatch(/^PaymentError: declined !+/);
    expect(event?.description).toMatch(/ … \[100\d\d\d characters\]$/);
    expect(event?.stack_trace).toContain("express.test.ts");
    expect(errors).toEqual([]);
  });

  test("is passed on, and what is the client's error is not recorded", async () => {
    const app = express();
    app.use(annalsMiddleware(annals, { relayAfterResponse: false }));
    app.post("/", express.json());
    app.get("/thrown", () => {
      throw { odd: "value" };
    });
    app.use(annalsErrorHandler(annals));
    const url = await serve(app);
    app.use(
      (error: { status?: number }, _request: Request, response: Response, _next: unknown) =>
        void response.status(error.status ?? 500).end(),
    );
    const bad = await fetch(url, {
      method: "POST",
      body: "{",
      headers: { "content-type": "application/json" },
    });
    expect(bad.status).toBe(400);
    expect((await fetch(`${url}/thrown`)).status).toBe(500);
    expect(await events()).toMatchObject([{ title: 'Thrown value: {"odd":"value"}' }]);
  });

  test("a slow request becomes a system event that tells its route and not its address", async () => {
    const app = express();
    const router = express.Router();
    router.get("/orders/:id", (_request, response) => void setTimeout(() => response.status(202).end(), 60));
    router.get("/quick", (_request, response) => void response.end());
    app.use(annalsMiddleware(annals, { slowRequestMs: 40, relayAfterResponse: false }));
    app.use("/shop", router);
    const url = await serve(app);
    await fetch(`${url}/shop/quick`);
    await fetch(`${url}/shop/orders/77?token=secret`);
    const found = await events();
    expect(found).toMatchObject([{ event_type: "PERFORMANCE", title: "Slow request: GET /shop/orders/:id" }]);
    expect(found[0]?.description).toMatch(
      /^GET \/shop\/orders\/:id was answered with 202 after \d+ ms \(threshold 40 ms\)$/,
    );
  });

  test("a database that is away harms no request, and is reported", async () => {
    const away = createAnnals<Person>({
      database: "postgres://nobody@127.0.0.1:1/none",
      onError: (error) => errors.push(error),
    });
    const app = express();
    app.use(annalsMiddleware(away, { slowRequestMs: 1 }));
    app.get("/", (_request, response) => void setTimeout(() => response.send("fine"), 20));
    app.use(annalsErrorHandler(away));
    expect(await (await fetch(await serve(app))).text()).toBe("fine");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await away.close();
    expect(errors.length).toBeGreaterThan(0);
  });
});

test("waiting events are filed after responses, the last ones too", async () => {
  const app = express();
  app.use(annalsMiddleware(annals));
  app.get("/", async (_request, response) => {
    await annals.logAuditEvent({ action: "PING" });
    response.end();
  });
  const url = await serve(app);
  for (let i = 0; i < 5; i++) await fetch(url);
  const deadline = Date.now() + 5000;
  let filed = 0;
  while (filed < 5 && Date.now() < deadline) {
    const [row] =
      await database.sql`select count(*)::int as filed from annals.audit_log where action = 'PING'`;
    filed = row?.filed as number;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(filed).toBe(5);
});

test("without annals the application does not start, instead of failing at the first request or error", () => {
  for (const prepare of [annalsMiddleware, annalsErrorHandler]) {
    for (const nothing of [undefined, {}, createAnnals]) {
      expect(() => prepare(nothing as never)).toThrow(
        expect.objectContaining({ code: "USAGE", hint: expect.stringContaining(`${prepare.name}(annals)`) }),
      );
    }
  }
});
