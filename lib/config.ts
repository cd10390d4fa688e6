import { requireDatabaseUrl } from "./adapters/db/database-url.ts";
import type { Identity } from "./context/actor.ts";
import { escapeInvisible, quoteValue } from "./context/clean-text.ts";
import { clientIpFinder, type ForwardingHeader, type TrustedProxies } from "./context/client-ip.ts";
import type { ReportError } from "./context/report-error.ts";
import { AnnalsError } from "./errors.ts";
import type { Executor } from "./executor.ts";
import { type RetentionConfig, retentionProblem } from "./retention/policy.ts";

/** A client of postgres.js, as far as it matters here. */
export interface PostgresClient {
  unsafe(text: string, ...more: never[]): unknown;
}

export interface AnnalsConfig<Request = never> {
  /** A URL, a postgres.js client or your own `Executor`. Default: the environment's `DATABASE_URL`. */
  database?: string | PostgresClient | Executor;
  /** Keys the hash of session ids; 16 characters or more. Default: the environment's `ANNALS_SECRET`; without any, sessions are not recorded. */
  secret?: string;
  /** Who is behind a request; asked at the first write, so after whatever signs in. `null`: nobody (yet). */
  actor?(request: Request): Identity | null | undefined | Promise<Identity | null | undefined>;
  /** The proxies before the application: their number or their networks. Default: none, headers are not believed. */
  trustedProxies?: TrustedProxies;
  /** The header that these proxies set. Default: whichever is there, `x-forwarded-for` first. */
  proxyHeader?: ForwardingHeader;
  /** Tables that `annals track` tracks, as SQL names them. */
  tables?: readonly string[];
  /** Tables that need no policy, as patterns over `schema.table` with `*`. */
  skipTables?: readonly string[];
  /** Actions that are not recorded, by whatever way they come. */
  skipActions?: readonly string[];
  /** More names whose values are masked in events from code: words in any spelling, or patterns. */
  redact?: readonly (string | RegExp)[];
  /** By table: the column that names an object to a reader. */
  labels?: Readonly<Record<string, string>>;
  /** By table: columns whose values never leave it, beside those with telling names. */
  masked?: Readonly<Record<string, readonly string[]>>;
  /** By table: columns with telling names that hold no secret after all. */
  revealed?: Readonly<Record<string, readonly string[]>>;
  /** By table: columns that are not captured at all. */
  ignored?: Readonly<Record<string, readonly string[]>>;
  /** How long the events of each kind are kept, for `annals retention`; a kind without a rule for ever. */
  retention?: RetentionConfig;
  /** Told of what goes wrong without being the host's fault. Default: one line on standard error. */
  onError?: ReportError;
  /**
   * What becomes of an event that cannot be written outside a transaction. Default: thrown where you call for
   * it; reported to `onError` for login attempts and for what the middleware records.
   */
  onFailure?: "throw" | "report";
  /** Requests that take longer are recorded. Default 1,000; 0 records none. */
  slowRequestMs?: number;
  /**
   * The part of its time, 0.05 to 1, that a relay may spend in the database while somebody writes; after that it
   * catches up. Default 0.5 for `annals relay`, 1 for `startRelay`.
   */
  maxShare?: number;
  /** A resolver that takes longer has failed. Default 5,000. */
  actorTimeoutMs?: number;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string" && value !== "";
const isFunction: Check = (value) => typeof value === "function";
const isMilliseconds: Check = (value) => typeof value === "number" && value >= 0 && Number.isFinite(value);
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isByTable =
  (check: Check): Check =>
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(check);

/** What `maxShare` must be, in words. */
export const shareRule = "a number from 0.05 to 1, such as 0.25 for a quarter of the time";

const rules: Record<keyof AnnalsConfig, [check: Check, right: string]> = {
  database: [
    isDatabase,
    "a URL such as postgres://host/name, a postgres.js client or an object with query(text, values)",
  ],
  secret: [(value) => typeof value === "string" && value.length >= 16, "a text of 16 characters or more"],
  actor: [isFunction, "a function of the request"],
  trustedProxies: [isTrustedProxies, 'a number of hops such as 1, or networks such as ["10.0.0.0/8"]'],
  proxyHeader: [
    (value) => value === "x-forwarded-for" || value === "forwarded",
    '"x-forwarded-for" or "forwarded"',
  ],
  tables: [isTexts, "a list of table names"],
  skipTables: [isTexts, "a list of patterns such as shop.tmp_*"],
  skipActions: [
    (value) => isTexts(value) && (value as string[]).every((action) => /^[A-Z][A-Z0-9_]{0,39}$/.test(action)),
    'a list of actions such as ["VIEW"]',
  ],
  redact: [
    (value) => Array.isArray(value) && value.every((name) => isText(name) || name instanceof RegExp),
    "a list of names and regular expressions",
  ],
  labels: [isByTable(isText), 'a column by table, such as { orders: "number" }'],
  masked: [isByTable(isTexts), 'columns by table, such as { customers: ["tax_number"] }'],
  revealed: [isByTable(isTexts), 'columns by table, such as { games: ["token"] }'],
  ignored: [isByTable(isTexts), 'columns by table, such as { users: ["last_seen"] }'],
  retention: [(value) => retentionProblem(value) === undefined, "as docs/retention.md has it"],
  onError: [isFunction, "a function of the error and what was being done"],
  onFailure: [(value) => value === "throw" || value === "report", '"throw" or "report"'],
  slowRequestMs: [isMilliseconds, "milliseconds, or 0 to record none"],
  maxShare: [isShare, shareRule],
  actorTimeoutMs: [(value) => isMilliseconds(value) && value !== 0, "milliseconds, more than 0"],
};

/**
 * The configuration of Annals, checked. Use: `export default defineConfig({ … })` in `annals.config.ts`.
 *
 * @throws AnnalsError CONFIG_INVALID naming the field, its value and what would be right
 */
export function defineConfig<Request = never>(config: AnnalsConfig<Request>): AnnalsConfig<Request> {
  if (typeof config !== "object" || config === null) {
    throw new AnnalsError(
      "CONFIG_INVALID",
      `The configuration is ${quoteValue(config)}`,
      "It must be an object.",
    );
  }
  for (const [name, value] of Object.entries(config)) {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof AnnalsConfig] : undefined;
    if (!rule) {
      const known = Object.keys(rules).join(", ");
      throw new AnnalsError(
        "CONFIG_INVALID",
        `There is no field ${quoteValue(name)}`,
        `The fields are ${known}.`,
      );
    }
    const [check, right] = rule;
    if (name === "database" && typeof value === "string") requireDatabaseUrl(value, "database");
    const problem = name === "retention" && value !== undefined ? retentionProblem(value) : undefined;
    if (problem) throw new AnnalsError("CONFIG_INVALID", `retention${problem}`, `It must be ${right}.`);
    if (value !== undefined && !check(value)) {
      // A secret is no less secret for being too short.
      const isSecret = name === "secret" || name === "database";
      const wrong = isSecret ? `${name} is not usable` : nameWrong(name, value, check);
      throw new AnnalsError("CONFIG_INVALID", wrong, `It must be ${right}.`);
    }
  }
  return config;
}

/** Names what is wrong where it stands: `labels.orders is ""`, not `labels is "[object]"`. */
function nameWrong(name: string, value: unknown, check: Check): string {
  const isContainer = typeof value === "object" && value !== null && check(Array.isArray(value) ? [] : {});
  if (!isContainer) return `${name} is ${quoteValue(value)}`;
  for (const [key, part] of Object.entries(value)) {
    const alone = Array.isArray(value) ? [part] : { [key]: part };
    if (check(alone)) continue;
    const place = Array.isArray(value) ? `${name}[${key}]` : `${name}.${escapeInvisible(key.slice(0, 60))}`;
    return nameWrong(place, part, (inner) => check(Array.isArray(value) ? [inner] : { [key]: inner }));
  }
  return `${name} is ${quoteValue(value)}`;
}

export function isShare(value: unknown): boolean {
  return typeof value === "number" && value >= 0.05 && value <= 1;
}

function isDatabase(value: unknown): boolean {
  if (typeof value === "string") return true;
  const handle = value as { unsafe?: unknown; query?: unknown } | null;
  return typeof handle?.unsafe === "function" || typeof handle?.query === "function";
}

function isTrustedProxies(value: unknown): boolean {
  try {
    clientIpFinder(value as TrustedProxies);
    return true;
  } catch {
    return false;
  }
}
