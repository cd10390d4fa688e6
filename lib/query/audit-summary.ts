import { viewerOf } from "../access/viewer.ts";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { formatInstant, type Micros, microsOf, parseInstant } from "../fields/instant.ts";
import { isZone } from "../fields/zone.ts";
import { type Figure, type Summary, type SummaryPeriod, summary } from "./summary.ts";

export interface AuditSummaryOptions {
  /** A date, or ISO 8601 with an offset. Default: 30 days before `to`. */
  from?: Date | string;
  /** Not counted any more. Default: now. */
  to?: Date | string;
  /** Only the events of these tenants; default: all events. */
  tenants?: readonly string[];
  /** Only what the actor with this id did. */
  actor?: string;
  /** IANA zone in which days begin. Default UTC. */
  zone?: string;
}

export interface AuditSummary extends Record<Figure, number> {
  from: string;
  to: string;
  /** Of these there are more: counting stopped at 10,000. Only `unresolved` can be among them. */
  atLeast: readonly Figure[];
  periods: readonly (Omit<SummaryPeriod, "figures"> & {
    figures: Omit<Record<Figure, number>, "unresolved">;
  })[];
}

const days = 30n;

/**
 * The summary for the application itself, which answers for who may see it.
 *
 * @throws AnnalsError USAGE for what is no time, RIGHT_MISSING where its database role may not read the records
 */
export async function auditSummary(db: Executor, options: AuditSummaryOptions = {}): Promise<AuditSummary> {
  const { from, to, tenants = null, actor, zone = "UTC" } = options;
  const end = to === undefined ? microsOf(new Date()) : instantOf("to", to);
  const start = from === undefined ? end - days * 86_400_000_000n : instantOf("from", from);
  if (start >= end) throw wrong("from", from ?? formatInstant(start), "a time before `to`");
  if (!isZone(zone)) throw wrong("zone", zone, "an IANA zone such as Europe/Paris");
  if (tenants !== null && !(Array.isArray(tenants) && tenants.every((tenant) => typeof tenant === "string")))
    throw wrong("tenants", tenants, "a list of names");
  if (actor !== undefined && (typeof actor !== "string" || actor === ""))
    throw wrong("actor", actor, "the id of an actor");
  const host = { id: "", username: "the application", label: "", role: "superuser", tenants } as const;
  const window = { from: formatInstant(start), to: formatInstant(end) };
  try {
    const { figures, ...rest } = await summary(db, viewerOf(host), window, zone, { actor });
    return { ...figures, ...rest } as Summary & AuditSummary;
  } catch (error) {
    if ((error as { code?: unknown }).code !== "42501") throw error;
    throw new AnnalsError(
      "RIGHT_MISSING",
      "The application's database role may not read the records.",
      "Let it: GRANT annals_reader TO its role; or give createAnnals the database as another role.",
      { cause: error },
    );
  }
}

function instantOf(name: string, value: Date | string): Micros {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return microsOf(value);
  const text = typeof value === "string" ? value : "";
  const instant = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00Z` : text);
  if (instant === undefined) throw wrong(name, value, "a Date, 2026-03-14 or 2026-03-14T09:00:00Z");
  return instant;
}

function wrong(name: string, value: unknown, right: string): AnnalsError {
  return new AnnalsError(
    "USAGE",
    `${name} is ${JSON.stringify(String(value).slice(0, 60))}`,
    `It must be ${right}.`,
  );
}
