import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../../testing/database.ts";
import { createContextStore } from "../../context/store.ts";
import { executorOf, withAnnals } from "./postgres-js.ts";

let database: TestDatabase;
let plain: postgres.Sql;
let sql: postgres.Sql;
const errors: unknown[] = [];
const store = createContextStore({ onError: (error) => errors.push(error), actorTimeoutMs: 1000 });
const annals = { context: store.current };

beforeAll(async () => {
  database = await openTestDatabase();
  plain = database.sql;
  await plain`create table note (
    id int generated always as identity, body text, data jsonb, at timestamptz,
    context jsonb default nullif(current_setting('annals.context', true), '')::jsonb)`;
  sql = withAnnals(connect({ max: 3 }), annals);
});
afterAll(async () => {
  await sql.end();
  await database.close();
});
beforeEach(async () => {
  await plain`truncate note restart identity`;
});

function connect(options: postgres.Options<Record<string, postgres.PostgresType>> = {}): postgres.Sql {
  return postgres(database.url, { onnotice: () => {}, ...options });
}

function as<T>(id: string, fn: () => T): T {
  return store.run({ actor: { id }, requestId: `request of ${id}` }, fn);
}

async function actors(): Promise<(string | null)[]> {
  const rows = await plain`select context ->> 'actor_id' as actor from note order by id`;
  return rows.map((row) => row.actor as string | null);
}

describe("a single write", () => {
  test("carries the whole context", async () => {
    await as("ann", () => sql`insert into note (body) values ('x')`);
    const [row] = await plain`select context from note`;
    expect(row?.context).toEqual({
      actor_kind: "user",
      actor_id: "ann",
      actor_label: "",
      attribution: "claimed",
      request_id: "request of ann",
    });
  });

  test("leaves nothing behind for the next statement on the connection", async () => {
    const one = withAnnals(connect({ max: 1 }), annals);
    await as("ann", () => one`insert into note (body) values ('x')`);
    const [row] = await as(
      "ann",
      () => one`select current_setting('annals.context', true) as setting, txid_current_if_assigned() as tx`,
    );
    expect(row).toEqual({ setting: "", tx: null });
    await one`insert into note (body) values ('without')`;
    expect(await actors()).toEqual(["ann", null]);
    await one.end();
  });

  test("takes the context in which it was made, not in which it is awaited", async () => {
    const made = as("maker", () => sql`insert into note (body) values ('x')`);
    await as("other", async () => await made);
    const outside = sql`insert into note (body) values ('y')`;
    await as("other", async () => await outside);
    expect(await actors()).toEqual(["maker", null]);
  });

  const forms: Record<string, (sql: postgres.Sql) => PromiseLike<unknown>> = {
    "a template": (s) => s`insert into note (body) values (${"x"})`,
    "a comment before it": (s) =>
      s`/* a /* nested */ one */ -- and a line\n insert into note (body) values ('x')`,
    "a fragment in front": (s) => s`${s`insert into note`} (body) values (${"x"})`,
    "a fragment inside": (s) => s`insert into note (body) ${s`select ${"x"}`}`,
    "the insert helper": (s) => s`insert into note ${s({ body: "x", data: { a: 1 } as never })}`,
    "the update helper": (s) => s`insert into note ${s([{ body: "x" }, { body: "y" }], "body")}`,
    "a common table expression": (s) =>
      s`with made as (insert into note (body) values ('x') returning id) select * from made`,
    "unsafe with values": (s) => s.unsafe("insert into note (body) values ($1)", ["x"]),
    "unsafe without values": (s) =>
      s.unsafe("insert into note (body) values ('x'); insert into note (body) values ('y')"),
    "a prepared unsafe": (s) => s.unsafe("insert into note (body) values ($1)", ["x"], { prepare: true }),
    "values()": (s) => s`insert into note (body) values ('x') returning id`.values(),
    "raw()": (s) => s`insert into note (body) values ('x') returning id`.raw(),
    "simple()": (s) => s`insert into note (body) values ('x')`.simple(),
    "execute()": (s) => s`insert into note (body) values ('x')`.execute(),
    "forEach()": (s) => s`insert into note (body) values ('x') returning id`.forEach(() => {}),
    "a cursor": async (s) => {
      for await (const rows of s`insert into note (body) values (${"x"}), ('y') returning id`.cursor(1)) {
        expect(rows).toHaveLength(1);
      }
    },
    "a cursor with a function": (s) =>
      s`insert into note (body) values (${"x"}) returning id`.cursor(1, () => {}),
    merge: (s) =>
      s`merge into note using (select 'x' as body) as s on false when not matched then insert (body) values (s.body)`,
    "a do block": (s) => s`do $$ begin insert into note (body) values ('x'); end $$`.simple(),
  };
  test.each(Object.entries(forms))("is seen as %s", async (_name, write) => {
    await as("ann", () => write(sql));
    const found = await actors();
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found)).toEqual(new Set(["ann"]));
  });

  test("answers as it would without us", async () => {
    const same = async (make: (s: postgres.Sql) => PromiseLike<unknown>) => {
      await plain`truncate note restart identity`;
      const ours = await as("ann", () => make(sql));
      await plain`truncate note restart identity`;
      const theirs = await make(plain);
      expect(ours).toEqual(theirs);
      for (const name of ["count", "command", "columns"] as const) {
        expect((ours as postgres.RowList<[]>)[name]).toEqual((theirs as postgres.RowList<[]>)[name]);
      }
    };
    await same(
      (s) => s`insert into note (body, data) values (${"x"}, ${s.json({ a: [1] })}) returning id, body, data`,
    );
    await same((s) => s`insert into note (body) values ('x'), ('y') returning id`.values());
    await same((s) => s`insert into note (body) values (${"x"}) returning body`.raw());
    await same((s) => s`update note set body = ${"x"} where id = ${7}`);
    const description = await as("ann", () =>
      sql`insert into note (body) values (${"x"}) returning id`.describe(),
    );
    expect(description.types).toEqual([25]);
  });

  test("is rolled back whole when it fails, and the connection stays good", async () => {
    const one = withAnnals(connect({ max: 1 }), annals);
    for (let round = 0; round < 3; round++) {
      const failing = as(
        "ann",
        () =>
          one`insert into note (body, id) overriding system value values (${"x"}, ${round}), ('y', 1 / 0)`,
      );
      await expect(failing).rejects.toMatchObject({ name: "PostgresError", code: "22012" });
      const unknown = as("ann", () => one`insert into nowhere (body) values (${"x"})`);
      await expect(unknown).rejects.toMatchObject({ code: "42P01" });
      await as("ann", () => one`insert into note (body) values (${"good"})`);
    }
    expect(await actors()).toEqual(["ann", "ann", "ann"]);
    expect(await one`select 1 as x`).toEqual([{ x: 1 }]);
    await one.end();
  });

  test("that fails at commit is rejected, and not there", async () => {
    await plain`create table once (id int unique deferrable initially deferred)`;
    await expect(as("ann", () => sql`insert into once values (1), (1)`)).rejects.toMatchObject({
      code: "23505",
    });
    expect(await plain`select * from once`).toHaveLength(0);
    await as("ann", () => sql`insert into once values (${1})`);
    await expect(as("ann", () => sql`insert into once values (${1})`)).rejects.toMatchObject({
      code: "23505",
    });
  });

  test("survives a change of the table that outdates its prepared form", async () => {
    await plain`create table shape (id int)`;
    const one = withAnnals(connect({ max: 1 }), annals);
    const insert = () => as("ann", () => one`insert into shape values (${1}) returning *`);
    expect(await insert()).toEqual([{ id: 1 }]);
    expect(await insert()).toEqual([{ id: 1 }]);
    await plain`alter table shape add column more text default 'm'`;
    expect(await insert()).toEqual([{ id: 1, more: "m" }]);
    expect(await plain`select * from shape`).toHaveLength(3);
    await one.end();
  });

  test("may call a procedure that ends transactions itself, which then has no context", async () => {
    await plain.unsafe(`create procedure steps() language plpgsql as
      $$ begin insert into note (body) values ('1'); commit; insert into note (body) values ('2'); end $$`);
    await as("ann", () => sql`call steps()`);
    await as("ann", () => sql`call steps()`);
    expect(await actors()).toEqual([null, null, null, null]);
    await plain.unsafe(
      "create procedure one_step() language sql as $$ insert into note (body) values ('3') $$",
    );
    await as("ann", () => sql`call one_step()`);
    expect((await actors()).at(-1)).toBe("ann");
  });

  test("waits for an actor that has to be looked up", async () => {
    let asked = 0;
    const actor = async () => {
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { id: "late", label: "Late" };
    };
    await store.run({ actor }, async () => {
      await Promise.all([1, 2, 3].map(() => sql`insert into note (body) values ('x')`));
      await sql`insert into note (body) values ('y')`;
    });
    expect(await actors()).toEqual(["late", "late", "late", "late"]);
    expect(asked).toBe(1);
  });

  test("is made even where the actor cannot be looked up", async () => {
    errors.length = 0;
    const actor = () => {
      throw new Error("no session store");
    };
    await store.run({ actor, requestId: "r1" }, () => sql`insert into note (body) values ('x')`);
    const [row] = await plain`select context from note`;
    expect(row?.context).toMatchObject({ actor_kind: "anonymous", attribution: "none", request_id: "r1" });
    expect(errors).toMatchObject([{ message: "no session store" }]);
  });

  test("a resolver that writes through the same client does not wait for itself", async () => {
    const actor = async () => {
      await sql`insert into note (body) values ('by the resolver')`;
      return { id: "ann" };
    };
    await store.run({ actor }, () => sql`insert into note (body) values ('by ann')`);
    expect(await actors()).toEqual(["", "ann"]);
  });

  test("works under the driver's debugging, and its errors tell the statement", async () => {
    const seen: string[] = [];
    const debugged = withAnnals(connect({ max: 1, debug: (_id, text) => seen.push(text) }), annals);
    const failing = as("ann", () => debugged`insert into nowhere values (${1})`);
    await expect(failing).rejects.toMatchObject({ code: "42P01", query: "insert into nowhere values ($1)" });
    expect(seen).toContain("commit");
    await debugged.end();
  });

  test("can be cancelled", async () => {
    const query = as("ann", () => sql`insert into note (body) select 'x' from pg_sleep(10)`);
    const failed = expect(query.execute()).rejects.toMatchObject({ code: "57014" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    query.cancel();
    await failed;
    expect(await actors()).toEqual([]);
    await as("ann", () => sql`insert into note (body) values ('x')`);
    expect(await actors()).toEqual(["ann"]);
  });
});

describe("reads and what is no write", () => {
  test("pass through untouched, in a context too", async () => {
    const rows = await as("ann", () => sql`select current_setting('annals.context', true) as setting`);
    expect(rows[0]?.setting ?? "").toBe("");
    expect(await as("ann", () => sql`with x as (select 1 as y) select y from x`)).toEqual([{ y: 1 }]);
  });

  test("helpers, options and listeners are those of the client", async () => {
    expect(sql.options.max).toBe(3);
    const heard = new Promise<string>((resolve, reject) => {
      sql.listen("news", resolve, () => void sql.notify("news", "hello").catch(reject)).catch(reject);
    });
    expect(await heard).toBe("hello");
    expect(withAnnals(sql, annals)).toBe(sql);
  });
});

describe("a transaction", () => {
  test("carries the context, and takes it along to savepoints", async () => {
    await as("ann", () =>
      sql.begin(async (tx) => {
        await tx`insert into note (body) values (${"x"})`;
        await tx.savepoint((inner) => inner`insert into note (body) values ('y')`);
      }),
    );
    await as("ben", () =>
      sql.begin("isolation level serializable", (tx) => tx`insert into note (body) values ('z')`),
    );
    await as("cleo", () =>
      sql.begin((tx) => [tx`insert into note (body) values ('1')`, tx`insert into note (body) values ('2')`]),
    );
    await sql.begin((tx) => tx`insert into note (body) values ('without')`);
    expect(await actors()).toEqual(["ann", "ann", "ben", "cleo", "cleo", null]);
  });

  test("returns what its function does, and rolls back when that throws", async () => {
    expect(await as("ann", () => sql.begin(async () => 7))).toBe(7);
    const failing = as("ann", () =>
      sql.begin(async (tx) => {
        await tx`insert into note (body) values ('x')`;
        throw new Error("no");
      }),
    );
    await expect(failing).rejects.toThrow("no");
    expect(await actors()).toEqual([]);
  });

  test("a write in it carries the context that it was made in", async () => {
    await as("ann", () =>
      sql.begin(async (tx) => {
        await tx`insert into note (body) values ('1')`;
        await store.run({ reason: "correction" }, () => tx`insert into note (body) values (${"2"})`);
        await tx`insert into note (body) values ('3')`;
        await as("ben", () =>
          Promise.all([tx`insert into note (body) values ('4')`, tx`insert into note (body) values ('5')`]),
        );
      }),
    );
    const rows =
      await plain`select context ->> 'actor_id' as actor, context ->> 'reason' as reason from note order by id`;
    expect(rows.map((row) => [row.actor, row.reason])).toEqual([
      ["ann", null],
      ["ann", "correction"],
      ["ann", null],
      ["ben", null],
      ["ben", null],
    ]);
  });

  test("a savepoint that is rolled back takes its context with it", async () => {
    await as("ann", () =>
      sql.begin(async (tx) => {
        const undone = tx.savepoint(async (inner) => {
          await as("ben", () => inner`insert into note (body) values ('undone')`);
          throw new Error("undo");
        });
        await expect(undone).rejects.toThrow("undo");
        await as("ben", () => tx`insert into note (body) values ('kept')`);
        await tx`insert into note (body) values ('kept')`;
      }),
    );
    expect(await actors()).toEqual(["ben", "ann"]);
  });

  test("asks for the actor before it begins, so that the resolver finds a free connection", async () => {
    const one = withAnnals(connect({ max: 1 }), annals);
    const actor = async () => {
      const [row] = await one`select 'found' as id`;
      return { id: row?.id as string };
    };
    await store.run({ actor }, () => one.begin((tx) => tx`insert into note (body) values ('x')`));
    await store.run({ actor }, () => one`insert into note (body) values ('y')`);
    expect(await actors()).toEqual(["found", "found"]);
    await one.end();
  });

  test("on a pool of one connection refuses a write outside it, instead of waiting forever", async () => {
    const one = withAnnals(connect({ max: 1 }), annals);
    const stuck = as("ann", () =>
      one.begin(async (tx) => {
        await tx`insert into note (body) values ('x')`;
        await one`insert into note (body) values ('y')`;
      }),
    );
    await expect(stuck).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining("wait forever"),
    });
    const event = one.begin(() => executorOf(one).query("select 1"));
    await expect(event).rejects.toMatchObject({ code: "USAGE" });
    await as("ann", () => one`insert into note (body) values ('after')`);
    expect(await actors()).toEqual(["ann"]);
    await one.end();
  });

  test("that the host begins by statements, on a pool of one, is not committed by us", async () => {
    const one = withAnnals(connect({ max: 1 }), annals);
    await as("ann", async () => {
      await one`begin`;
      await one`insert into note (body) values ('undone')`;
      await one`savepoint s`;
      await one`insert into note (body) values (${"undone"})`;
      await one`rollback to savepoint s`;
      await one`insert into note (body) values (${"undone"})`;
      await one`rollback`;
      await one`start transaction`;
      await one`insert into note (body) values (${"kept"})`;
      await one`commit`;
      await one.unsafe("begin; insert into note (body) values ('whole'); commit");
      await one`insert into note (body) values (${"single"})`;
    });
    const rows = await plain`select body, context ->> 'actor_id' as actor from note order by id`;
    expect(rows).toEqual([
      { body: "kept", actor: "ann" },
      { body: "whole", actor: null },
      { body: "single", actor: "ann" },
    ]);
    await one.end();
  });

  test("that the host begins itself on a reserved connection carries the context", async () => {
    const reserved = await sql.reserve();
    await as("ann", async () => {
      await reserved`begin`;
      await reserved`insert into note (body) values ('x')`;
      await reserved`commit`;
      await reserved`insert into note (body) values ('plain')`;
    });
    reserved.release();
    expect(await actors()).toEqual(["ann", null]);
  });
});

describe("a pool under pressure", () => {
  test("serves single writes while readers keep every connection busy", async () => {
    const busy = withAnnals(connect({ max: 3 }), annals);
    let stop = false;
    const readers = Array.from({ length: 30 }, async () => {
      while (!stop) await busy`select pg_sleep(0.002)`;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const started = Date.now();
    for (let i = 0; i < 20; i++) await as(`a${i}`, () => busy`insert into note (body) values (${"x"})`);
    expect(Date.now() - started).toBeLessThan(5000);
    stop = true;
    await Promise.all(readers);
    expect(await actors()).toEqual(Array.from({ length: 20 }, (_, i) => `a${i}`));
    await busy.end();
  });

  test("keeps 500 statements, 500 transactions and 500 plain ones apart on three connections", async () => {
    await Promise.all(
      Array.from({ length: 500 }, (_, i) => [
        as(`s${i}`, () =>
          sql.unsafe(`insert into note (body) values ($1) /* text ${i} */`, [`s${i}`], {
            prepare: i % 2 === 0,
          }),
        ),
        as(`t${i}`, () => sql.begin((tx) => tx`insert into note (body) values (${`t${i}`})`)),
        sql`insert into note (body) values (${"none"})`,
      ]).flat(),
    );
    const wrong =
      await plain`select * from note where body is distinct from coalesce(context ->> 'actor_id', 'none')`;
    expect(wrong).toEqual([]);
    expect(await plain`select count(*)::int as n from note`).toEqual([{ n: 1500 }]);
  });

  test("goes on when sockets are congested", async () => {
    const congested = withAnnals(connect({ max: 2, ...{ max_pipeline: 5 } }), annals);
    const body = "x".repeat(200_000);
    await Promise.all(
      Array.from({ length: 150 }, (_, i) =>
        Promise.all([
          as(`a${i}`, () => congested`insert into note (body, data) values (${body}, ${`a${i}`})`),
          congested`select ${body} as body`,
        ]),
      ),
    );
    const wrong =
      await plain`select id from note where data #>> '{}' is distinct from context ->> 'actor_id'`;
    expect(wrong).toEqual([]);
    expect(await plain`select count(*)::int as n from note`).toEqual([{ n: 150 }]);
    await congested.end();
  });

  test("works on a cold client that fetches no types", async () => {
    const cold = withAnnals(connect({ max: 1, fetch_types: false }), annals);
    await as("ann", () => cold`insert into note (body) values (${"x"})`);
    expect(await actors()).toEqual(["ann"]);
    await cold.end();
  });

  test("ends while a write is on its way, and refuses writes after that", async () => {
    const ending = withAnnals(connect({ max: 1 }), annals);
    const last = as("ann", () => ending`insert into note (body) select 'x' from pg_sleep(0.2)`).execute();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all([ending.end(), last]);
    expect(await actors()).toEqual(["ann"]);
    await expect(as("ann", () => ending`insert into note (body) values ('late')`)).rejects.toMatchObject({
      code: "CONNECTION_ENDED",
    });
  });

  test("rejects what runs when its backend is killed, commits nothing of it, and goes on", async () => {
    const one = withAnnals(connect({ max: 1 }), annals);
    for (const values of [[], ["x"]]) {
      await one`select 1`;
      const killed = as("ann", () =>
        one.unsafe(`insert into note (body) select ${values.length ? "$1" : "'x'"} from pg_sleep(5)`, values),
      );
      const failed = expect(killed).rejects.toMatchObject({
        code: expect.stringMatching(/CONNECTION_CLOSED|57P01|ECONNRESET/),
      });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await plain`select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(5)%' and state = 'active' and pid <> pg_backend_pid()`;
      await failed;
      // postgres.js 3.4.9, with and without us, gives the old error to the first statement on the new connection.
      await one`select 1`.catch(() => {});
    }
    await as("ann", () => one`insert into note (body) values ('after')`);
    expect(await actors()).toEqual(["ann"]);
    await one.end();
  });

  test("does without what postgres.js keeps to itself, should it be gone", async () => {
    const other = connect({ max: 2 });
    // A later version might not tell the connection: then four round trips, by the public way.
    const unsafe = other.unsafe.bind(other);
    other.unsafe = ((text: string, values: never[], options: object) =>
      unsafe(text, values, text === "" ? {} : (options as never))) as never;
    const careful = withAnnals(other, annals);
    await as("ann", () => careful`insert into note (body) values (${"x"}) returning id`.values());
    await expect(as("ann", () => careful`insert into note (body) values (1 / 0)`)).rejects.toMatchObject({
      code: "22012",
    });
    expect(await actors()).toEqual(["ann"]);
    await careful.end();
  });
});

describe("executorOf", () => {
  test("passes texts as they are, for every type of parameter", async () => {
    const [row] = await executorOf(plain).query<{ row: string }>(
      "select row_to_json(x)::text as row from (select $1::json as a, $2::jsonb as b, $3::timestamptz as c, $4::bigint as d, $5::text as e, $6::int as f, $7::text[] as g, $8::text as h) x",
      [
        '{"a":1}',
        '["\u00e9"]',
        "2026-01-02T03:04:05.123456Z",
        "9007199254740993",
        "t",
        5,
        ["x", 'y"z'],
        null,
      ],
    );
    expect(JSON.parse(row?.row ?? "")).toMatchObject({
      a: { a: 1 },
      b: ["é"],
      e: "t",
      f: 5,
      g: ["x", 'y"z'],
      h: null,
    });
    expect(row?.row).toContain("04:05.123456");
    expect(row?.row).toContain('"d":9007199254740993');
  });

  test("works in a transaction, and rejects with the driver's error", async () => {
    await expect(
      plain.begin(async (tx) => {
        await executorOf(tx).query("insert into note (body) values ($1)", ["x"]);
        await executorOf(tx).query("select 1 / 0");
      }),
    ).rejects.toMatchObject({ code: "22012" });
    expect(await actors()).toEqual([]);
  });
});

test("without a client or without annals nothing is wrapped", () => {
  const usage = (hint: string) =>
    expect.objectContaining({ code: "USAGE", hint: expect.stringContaining(hint) });
  expect(() => withAnnals(undefined as never, annals)).toThrow(usage("postgres(url)"));
  expect(() => withAnnals(plain, undefined as never)).toThrow(usage("withAnnals(sql, annals)"));
  expect(() => executorOf(undefined as never)).toThrow(usage("postgres(url)"));
});
