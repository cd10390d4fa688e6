import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import type { ContextReader } from "./adapters/db/context-statement.ts";
import { PatientClient } from "./adapters/db/patient-client.ts";
import {
  type AnySql,
  type DatabaseHandle,
  type ExecuteHandle,
  executorFor,
  type SqlHandle,
  transactionOn,
} from "./adapters/db/postgres-js.ts";
import { type AnnalsConfig, defineConfig } from "./config.ts";
import type { Context } from "./context/context.ts";
import type { OpenContext } from "./context/open-context.ts";
import { createRedactor } from "./context/redact.ts";
import { guardReport, reportToConsole } from "./context/report-error.ts";
import { type ContextProvider, createContextStore } from "./context/store.ts";
import { AnnalsError, requireUsage } from "./errors.ts";
import type { Executor } from "./executor.ts";
import type { AuditSummary, AuditSummaryOptions } from "./query/audit-summary.ts";
import {
  type AuditEvent,
  type AuditObject,
  type ImportEvent,
  logAuditEvent,
  logImport,
  logViewAccess,
} from "./records/audit/write.ts";
import type { EventOptions, Recorder, Written } from "./records/envelope/write.ts";
import { logSystemEvent, type SystemEvent } from "./records/events/write.ts";
import {
  type DataExport,
  type DataExportEvent,
  logDataExport,
  openDataExport,
} from "./records/exports/write.ts";
import { type LoginAttempt, logLoginAttempt } from "./records/logins/write.ts";
import { type CatchUpOptions, catchUp } from "./relay/catch-up.ts";
import { type Relay, type RelayOptions, startRelay } from "./relay/start-relay.ts";

export { type AnnalsConfig, defineConfig } from "./config.ts";
export type { Actor, Identity } from "./context/actor.ts";
export type { Context } from "./context/context.ts";
export { AnnalsError } from "./errors.ts";
export type { AuditSummary, AuditSummaryOptions } from "./query/audit-summary.ts";

/** Where an event is written, and what differs in its context. */
export interface LogOptions extends EventOptions {
  tx?: SqlHandle | ExecuteHandle | Executor;
}

export interface Annals<Request = never> extends ContextReader {
  /** What the adapters need of the configuration. */
  readonly settings: Required<Pick<AnnalsConfig, "onError" | "slowRequestMs" | "trustedProxies">> &
    Pick<AnnalsConfig<Request>, "actor" | "proxyHeader">;
  /** The library's own way to the database. */
  readonly database: Executor;

  /** Runs `fn` in a context; inside another one it takes from that what it does not say. @throws CONTEXT_INVALID */
  run<T>(context: Context, fn: () => T): T;
  /** The context of the present work. */
  context(): OpenContext | undefined;
  /** Keeps the present context for a later function: `const later = annals.capture(); later(() => …)`. */
  capture(): <T>(fn: () => T) => T;
  /** Where to look for a context when `run` has opened none; for adapters. */
  provideContext(provider: ContextProvider): void;
  /** Runs `fn` in a transaction of `client` that carries the present context. */
  transaction<T>(client: AnySql, fn: (tx: postgres.TransactionSql) => T | Promise<T>): Promise<T>;
  transaction<Tx extends ExecuteHandle, T>(
    client: DatabaseHandle<Tx>,
    fn: (tx: Tx) => Promise<T>,
  ): Promise<T>;

  logAuditEvent(event: AuditEvent, options?: LogOptions): Promise<Written>;
  logViewAccess(object: AuditObject, options?: LogOptions & { coolDownMs?: number }): Promise<Written>;
  logImport(event: ImportEvent, options?: LogOptions): Promise<Written>;
  logLoginAttempt(attempt: LoginAttempt, options?: LogOptions): Promise<Written>;
  logDataExport(event: DataExportEvent, options?: LogOptions): Promise<DataExport>;
  /** The handle of an export recorded before, maybe by another request: to complete it, or to count a download. */
  dataExport(eventId: string): DataExport;
  logSystemEvent(event: SystemEvent, options?: LogOptions): Promise<Written>;

  /**
   * What happened in a window (the last 30 days), in figures, of what is filed. The database role must be allowed to
   * read: `GRANT annals_reader`. @throws USAGE, RIGHT_MISSING
   */
  getAuditSummary(options?: AuditSummaryOptions): Promise<AuditSummary>;

  /** Files what waits, for a moment. */
  catchUp(options?: CatchUpOptions): Promise<number>;
  /** Files what waits, until stopped. */
  startRelay(options?: RelayOptions): Relay;
  /** Does work that nobody waits for; what it throws goes to `onError`, and `close` waits for it. */
  inBackground(doing: string, work: () => Promise<unknown>): void;
  /** Stops what was started, waits for what is on its way, and ends the connections that were opened here. */
  close(): Promise<void>;
}

/**
 * Sets Annals up. Nothing is connected before it is needed.
 *
 * @throws AnnalsError CONFIG_INVALID
 */
export function createAnnals<Request = never>(config: AnnalsConfig<Request> = {}): Annals<Request> {
  const {
    secret = process.env.ANNALS_SECRET,
    actorTimeoutMs = 5000,
    ...given
  } = defineConfig({
    ...defineConfig(config),
    secret: config.secret ?? (process.env.ANNALS_SECRET || undefined),
    database: config.database ?? (process.env.DATABASE_URL || undefined),
  });
  const onError = guardReport(given.onError ?? reportToConsole);
  const store = createContextStore({ secret, onError, actorTimeoutMs });
  const { database, relayed, end } = openDatabase(given.database);
  const relays = new Set<Relay>();
  const background = new Set<Promise<unknown>>();
  const recorder: Recorder = {
    database,
    executorFor: (handle) => executorFor(handle as SqlHandle),
    context: store.current,
    open: store.open,
    redactor: createRedactor(given.redact),
    skipActions: new Set(given.skipActions),
    onError,
    onFailure: given.onFailure,
  };

  let closed = false;

  return {
    settings: {
      actor: given.actor,
      trustedProxies: given.trustedProxies ?? 0,
      proxyHeader: given.proxyHeader,
      slowRequestMs: given.slowRequestMs ?? 1000,
      onError,
    },
    database,
    run: store.run,
    context: store.current,
    capture: store.capture,
    provideContext: store.provide,
    transaction: (client: AnySql | DatabaseHandle, fn: (tx: never) => never) =>
      transactionOn(client, { context: store.current }, fn),
    logAuditEvent: logged(recorder, "logAuditEvent", logAuditEvent),
    logViewAccess: logged(recorder, "logViewAccess", logViewAccess),
    logImport: logged(recorder, "logImport", logImport),
    logLoginAttempt: logged(recorder, "logLoginAttempt", logLoginAttempt),
    logDataExport: logged(recorder, "logDataExport", logDataExport),
    dataExport: (eventId) => openDataExport(recorder, eventId),
    logSystemEvent: logged(recorder, "logSystemEvent", logSystemEvent),
    async getAuditSummary(options) {
      // Loaded when it is asked for: a host that only writes has no use for what reads.
      const { auditSummary } = await import("./query/audit-summary.ts");
      return auditSummary(database, options);
    },
    // A timer that outlived `close` must not look for a database that the host has ended since.
    catchUp: (options) => (closed ? Promise.resolve(0) : catchUp(database, options)),
    startRelay(options) {
      const relay = startRelay(relayed, { onError, maxShare: given.maxShare, ...options });
      relays.add(relay);
      return relay;
    },
    inBackground(doing, work) {
      requireUsage(
        typeof work === "function",
        "annals.inBackground was called without the work to do",
        "Give it a name and an async function: annals.inBackground(doing, async () => { … }).",
      );
      const done = work()
        .catch((error: unknown) => onError(error, doing))
        .finally(() => background.delete(done));
      background.add(done);
    },
    async close() {
      closed = true;
      await Promise.all([...relays].map((relay) => relay.stop()));
      // Of a server that has stopped without a word nothing comes any more.
      await Promise.race([Promise.all(background), sleep(5000, undefined, { ref: false })]);
      await end();
    },
  };
}

/** One of the functions that write an event, with a word for a caller who has left that out. */
function logged<Event, Options, Result>(
  recorder: Recorder,
  name: string,
  log: (recorder: Recorder, event: Event, options?: Options) => Promise<Result>,
): (event: Event, options?: Options) => Promise<Result> {
  return async (event, options) => {
    requireUsage(
      typeof event === "object" && event !== null,
      `annals.${name} was called without an event`,
      `Give it an object that says what happened; the documentation of ${name} names its fields.`,
    );
    return log(recorder, event, options ?? undefined);
  };
}

interface OpenDatabase {
  database: Executor;
  /** For the relay, which has to go on after a silence of the server. */
  relayed: Executor;
  end: () => Promise<void>;
}

function openDatabase(given: AnnalsConfig["database"]): OpenDatabase {
  if (given !== undefined && typeof given !== "string") {
    const database = executorFor(given as Executor);
    return { database, relayed: database, end: () => Promise.resolve() };
  }
  if (given) {
    const connect = (max: number) =>
      postgres(given, { max, onnotice: () => {}, connection: { application_name: "annals" } });
    const sql = connect(3);
    const relay = new PatientClient(() => connect(1), 60_000);
    const end = async () => {
      await Promise.all([sql.end({ timeout: 5 }), relay.sql.end({ timeout: 1 })]);
    };
    return { database: executorFor(sql), relayed: relay.db, end };
  }
  // Not an error yet: a build loads the configuration, too, and never asks the database anything.
  const query = () => {
    const hint = "Give createAnnals a `database`, or set DATABASE_URL.";
    return Promise.reject(new AnnalsError("CONFIG_INVALID", "No database is configured", hint));
  };
  return { database: { query }, relayed: { query }, end: () => Promise.resolve() };
}
