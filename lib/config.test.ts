import { expect, test } from "vitest";
import { defineConfig } from "./config.ts";
import { createAnnals } from "./index.ts";

test("a configuration with everything is given back as it is", () => {
  const config = defineConfig<{ user: string }>({
    database: "postgres://host/name",
    secret: "0123456789abcdef",
    actor: (request) => ({ id: request.user }),
    trustedProxies: ["10.0.0.0/8"],
    proxyHeader: "forwarded",
    tables: ["orders", 'shop."Order Lines"'],
    skipTables: ["shop.tmp_*"],
    skipActions: ["VIEW"],
    redact: ["taxNumber", /^x_/],
    labels: { orders: "number" },
    masked: { customers: ["tax_number"] },
    revealed: { games: ["token"] },
    ignored: { users: ["last_seen"] },
    retention: {
      archive: "/srv/annals",
      audit: { keep: "6 years" },
      events: { keep: "90 days", archive: false },
    },
    onError: () => {},
    onFailure: "report",
    slowRequestMs: 0,
    maxShare: 0.25,
    actorTimeoutMs: 1,
  });
  expect(config.tables).toHaveLength(2);
  expect(defineConfig({})).toEqual({});
  expect(defineConfig({ database: undefined })).toEqual({ database: undefined });
});

test.each<[object | null, string]>([
  [null, 'The configuration is "null"'],
  [{ databse: "x" }, 'There is no field "databse"'],
  [{ toString: "x" }, 'There is no field "toString"'],
  [{ database: "mysql://x" }, "database is not usable"],
  [{ database: {} }, "database is not usable"],
  [{ secret: "short" }, "secret is not usable"],
  [{ actor: "ann" }, 'actor is "ann"'],
  [{ trustedProxies: "10.0.0.0/8" }, 'trustedProxies is "10.0.0.0/8"'],
  [{ trustedProxies: ["10.0.0.0/33"] }, 'trustedProxies[0] is "10.0.0.0/33"'],
  [{ proxyHeader: "x-real-ip" }, 'proxyHeader is "x-real-ip"'],
  [{ tables: "orders" }, 'tables is "orders"'],
  [{ tables: [""] }, 'tables[0] is ""'],
  [{ skipActions: ["view"] }, 'skipActions[0] is "view"'],
  [{ redact: [7] }, 'redact[0] is "7"'],
  [{ labels: ["number"] }, 'labels is "[array]"'],
  [{ labels: { orders: "number", t: "" } }, 'labels.t is ""'],
  [{ labels: { t: 5 } }, 'labels.t is "5"'],
  [{ masked: { customers: ["iban", ""] } }, 'masked.customers[1] is ""'],
  [{ ignored: { users: "last_seen" } }, 'ignored.users is "last_seen"'],
  [{ tables: ["orders", ""] }, 'tables[1] is ""'],
  [{ skipActions: ["VIEW", "view"] }, 'skipActions[1] is "view"'],
  [{ masked: { orders: "x" } }, 'masked.orders is "x"'],
  [{ retention: "24 months" }, "retention must be an object"],
  [
    { retention: { audits: { keep: "1 year" } } },
    "retention.audits is no kind of record; there are audit, logins",
  ],
  [{ retention: { audit: "24 months" } }, "retention.audit must be an object"],
  [{ retention: { audit: {} } }, "retention.audit.keep must be a number of days, months or years"],
  [{ retention: { audit: { keep: "0 days" } } }, "retention.audit.keep must be"],
  [{ retention: { audit: { keep: "24 months; drop" } } }, "retention.audit.keep must be"],
  [{ retention: { audit: { keep: "1 year", until: 3 } } }, 'retention.audit has no field "until"'],
  [
    { retention: { audit: { keep: "1 year", archive: true } } },
    "retention.audit.archive must be the path of a folder, or false",
  ],
  [{ retention: { archive: "" } }, "retention.archive must be the path of a folder, or false"],
  [{ onFailure: "ignore" }, 'onFailure is "ignore"'],
  [{ slowRequestMs: -1 }, 'slowRequestMs is "-1"'],
  [{ slowRequestMs: Number.NaN }, 'slowRequestMs is "NaN"'],
  [{ maxShare: 0.01 }, 'maxShare is "0.01"'],
  [{ actorTimeoutMs: 0 }, 'actorTimeoutMs is "0"'],
])("%j is refused by name", (config, message) => {
  const refusal = expect.objectContaining({
    code: "CONFIG_INVALID",
    message: expect.stringContaining(message),
  });
  expect(() => defineConfig(config as never)).toThrow(refusal);
  if (config !== null) expect(() => createAnnals(config as never)).toThrow(refusal);
});

test("a message tells no secret", () => {
  expect(() => defineConfig({ secret: "hunter2" })).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining("hunter2") }),
  );
  expect(() => defineConfig({ database: "mysql://shop:hunter2@host" })).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining("hunter2") }),
  );
});
