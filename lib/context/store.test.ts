import { afterEach, describe, expect, test } from "vitest";
import type { Context } from "./context.ts";
import { sessionHash } from "./session-hash.ts";
import { createContextStore } from "./store.ts";

const errors: [unknown, string][] = [];
const secret = "a secret of sufficient length";
const settings = {
  secret,
  onError: (error: unknown, doing: string) => void errors.push([error, doing]),
  actorTimeoutMs: 50,
};
const store = createContextStore(settings);
const { run } = store;
const flat = () => store.current()?.flat();
afterEach(() => void errors.splice(0));

describe("a context", () => {
  test("is flat, with the columns' names, and is there across awaits, timers and callbacks", async () => {
    const context: Context = {
      actor: { kind: "job", id: 7n, label: "Nightly" },
      impersonator: "boss",
      tenant: "t1",
      ip: "::ffff:192.0.2.1",
      ipSource: "socket",
      userAgent: "Browser/1",
      sessionId: "s3cret",
      requestId: "r",
      traceId: "t",
      module: "billing",
      reason: "because",
      source: "console",
    };
    const seen = await run(context, async () => {
      await null;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return new Promise((resolve) => setImmediate(() => resolve(flat())));
    });
    expect(seen).toEqual({
      actor_kind: "job",
      actor_id: "7",
      actor_label: "Nightly",
      attribution: "claimed",
      impersonator_id: "boss",
      tenant: "t1",
      ip: "192.0.2.1",
      ip_source: "socket",
      user_agent: "Browser/1",
      session_hash: sessionHash(secret, "s3cret"),
      request_id: "r",
      trace_id: "t",
      module: "billing",
      reason: "because",
      source: "console",
    });
    expect(JSON.stringify(seen)).not.toContain("s3cret");
    expect(flat()).toBeUndefined();
  });

  test("inside another takes from that what it does not say", () => {
    run({ actor: { id: "ann" }, requestId: "r", reason: "outer", impersonator: "boss" }, () => {
      run({ reason: "inner" }, () => {
        expect(flat()).toMatchObject({
          actor_id: "ann",
          request_id: "r",
          reason: "inner",
          impersonator_id: "boss",
        });
      });
      run({ actor: { id: "ben", kind: "service" }, attribution: "token" }, () => {
        const inner = flat();
        expect(inner).toMatchObject({
          actor_id: "ben",
          actor_kind: "service",
          attribution: "token",
          request_id: "r",
          reason: "outer",
        });
        expect(inner).not.toHaveProperty("impersonator_id");
      });
      run({ actor: null }, () => {
        expect(flat()).toMatchObject({
          actor_kind: "anonymous",
          actor_id: "",
          attribution: "none",
          request_id: "r",
        });
      });
      expect(flat()).toMatchObject({ actor_id: "ann", reason: "outer" });
    });
  });

  test("without an actor says nothing of one", () => {
    expect(run({ module: "m" }, flat)).toEqual({ module: "m" });
  });

  test("keeps only what its columns hold and PostgreSQL stores", () => {
    const seen = run(
      {
        actor: { id: "i\0".repeat(300), label: "\ud800" },
        userAgent: "u".repeat(10_000),
        requestId: "\udc00",
        reason: "r".repeat(3000),
        ip: "not an address\0",
      },
      flat,
    );
    expect(seen).toMatchObject({
      actor_label: "\ufffd",
      request_id: "\ufffd",
      ip_source: "unreadable: not an address\ufffd",
    });
    expect(seen).not.toHaveProperty("ip");
    const { actor_id, user_agent, reason } = seen as Record<string, string>;
    expect([actor_id?.length, user_agent?.length, reason?.length]).toEqual([200, 500, 2000]);
    expect(JSON.stringify(seen)).not.toMatch(/\\u0000|\\ud8/);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ actor: { kind: "robot", id: 1 } }, 'actor.kind is "robot"'],
    [{ actor: { id: null } }, 'actor.id is "null"'],
    [{ actor: { id: {} } }, 'actor.id is "[object]"'],
    [{ actor: "ann" }, 'actor is "ann"'],
    [{ attribution: "sure" }, 'attribution is "sure"'],
    [{ reason: 7 }, 'reason is "7"'],
    [{ source: "trigger" }, 'source is "trigger"'],
    [{ ip: 7 }, 'ip is "7"'],
    [{ tenant: "" }, 'tenant is ""'],
    [{ module: "\u202ex" as unknown, requestId: ["\u202e\0\x1b[2J"] }, "requestId is"],
  ])("with a wrong field is refused by name: %j", (context, message) => {
    const open = () => run(context as Context, () => "ran");
    expect(open).toThrow(
      expect.objectContaining({ code: "CONTEXT_INVALID", message: expect.stringContaining(message) }),
    );
  });

  test("without a secret in the configuration has no session", () => {
    const bare = createContextStore({ onError: settings.onError, actorTimeoutMs: 50 });
    expect(bare.run({ sessionId: "s" }, () => bare.current()?.flat())).toEqual({});
  });

  test("is found by another copy of the module, as bundlers make them", () => {
    const other = createContextStore(settings);
    run({ module: "m" }, () => expect(other.current()?.flat()).toEqual({ module: "m" }));
  });
});

describe("an actor that is resolved", () => {
  test("is asked for at the first write, once, and known by its session", async () => {
    let asked = 0;
    const actor = async () => {
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { id: 1, label: "Ann", tenant: "t", sessionId: "s", impersonator: "boss" };
    };
    await run({ actor }, async () => {
      expect(asked).toBe(0);
      const known = await Promise.all([flat(), flat(), run({ reason: "inner" }, flat)]);
      expect(known[0]).toEqual({
        actor_kind: "user",
        actor_id: "1",
        actor_label: "Ann",
        attribution: "session",
        tenant: "t",
        impersonator_id: "boss",
        session_hash: sessionHash(secret, "s"),
      });
      expect(known[2]).toMatchObject({ actor_id: "1", reason: "inner" });
      // Known once, it needs no waiting any more.
      expect(flat()).not.toBeInstanceOf(Promise);
    });
    expect(asked).toBe(1);
  });

  test("is asked again as long as there is nobody", () => {
    let person: string | undefined;
    run({ actor: () => (person === undefined ? null : { id: person }) }, () => {
      expect(flat()).toMatchObject({ actor_kind: "anonymous", attribution: "none" });
      person = "ann";
      expect(flat()).toMatchObject({ actor_id: "ann" });
      person = "ben";
      expect(flat()).toMatchObject({ actor_id: "ann" });
    });
  });

  test.each<[string, () => never]>([
    [
      "throws",
      () => {
        throw new Error("no store");
      },
    ],
    ["rejects", (() => Promise.reject(new Error("no store"))) as () => never],
    ["gives nonsense", (() => ({ id: undefined })) as unknown as () => never],
    ["gives a wrong kind", (() => Promise.resolve({ id: 1, kind: "robot" })) as unknown as () => never],
  ])("that %s leaves an unattributed context and one report", async (_name, actor) => {
    await run({ actor, requestId: "r" }, async () => {
      for (let i = 0; i < 3; i++) {
        expect(await flat()).toEqual({
          actor_kind: "anonymous",
          actor_id: "",
          actor_label: "",
          attribution: "none",
          request_id: "r",
        });
      }
    });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.[1]).toBe("resolving the actor");
  });

  test("that never answers is given up, once", async () => {
    const started = performance.now();
    await run({ actor: () => new Promise<never>(() => {}) }, async () => {
      for (let i = 0; i < 5; i++) expect(await flat()).toMatchObject({ attribution: "none" });
    });
    expect(performance.now() - started).toBeLessThan(200);
    expect(errors).toMatchObject([
      [{ message: "The actor was not resolved within 50 ms" }, "resolving the actor"],
    ]);
  });

  test("sees a context without an actor while it is resolved", async () => {
    let inside: unknown;
    const actor = async () => {
      inside = await flat();
      return { id: "ann" };
    };
    expect(await run({ actor, requestId: "r" }, flat)).toMatchObject({ actor_id: "ann" });
    expect(inside).toMatchObject({ actor_kind: "anonymous", request_id: "r" });
  });
});

describe("capture", () => {
  test("keeps a context for where none would be", () => {
    const later = run({ module: "m" }, () => store.capture());
    expect(flat()).toBeUndefined();
    expect(later(flat)).toEqual({ module: "m" });
    const none = store.capture();
    run({ module: "other" }, () => expect(none(flat)).toBeUndefined());
  });
});

describe("a provider", () => {
  test("is asked where no context was opened, and read once for each key", async () => {
    const own = createContextStore(settings);
    const key = {};
    let reads = 0;
    own.provide(async () => ({
      key,
      read: () => {
        reads++;
        return { requestId: `r${reads}`, actor: async () => ({ id: "ann" }) };
      },
    }));
    const ask = async () => own.current()?.flat();
    expect(await ask()).toMatchObject({ request_id: "r1", actor_id: "ann" });
    expect(await ask()).toMatchObject({ request_id: "r1" });
    expect(await own.run({ reason: "inner" }, ask)).toMatchObject({
      request_id: "r1",
      reason: "inner",
      actor_id: "ann",
    });
    expect(own.run({ actor: { id: "ben" } }, () => reads)).toBe(1);
    expect(() => own.run({ reason: 7 as never }, ask)).toThrow(/reason/);
  });

  test("that has nothing, or fails, gives no context; the failure is reported", async () => {
    const own = createContextStore(settings);
    own.provide(() => undefined);
    expect(own.current()).toBeUndefined();
    own.provide(async () => undefined);
    expect(await own.current()?.flat()).toBeUndefined();
    own.provide(async () => ({ key: {}, read: () => ({ reason: 7 as never }) }));
    expect(await own.current()?.json()).toBeUndefined();
    expect(errors).toMatchObject([[{ code: "CONTEXT_INVALID" }, "looking for the context of a request"]]);
  });

  test("is read by capture at once, before its request is gone", async () => {
    const own = createContextStore(settings);
    let open = true;
    own.provide(async () => ({
      key: {},
      read: () => ({
        requestId: "r",
        actor: async () => (open ? { id: "ann" } : Promise.reject(new Error("gone"))),
      }),
    }));
    const later = own.capture();
    await new Promise((resolve) => setTimeout(resolve, 5));
    open = false;
    expect(await later(() => own.current()?.flat())).toMatchObject({ request_id: "r", actor_id: "ann" });
    expect(errors).toEqual([]);
  });
});
