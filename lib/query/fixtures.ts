// Every function of this room that reads for a viewer, so that tests can prove of all of them what must hold of all.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Permission } from "../access/permissions.ts";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Kind } from "../records/define.ts";
import { definitions, kinds, type RecordRow } from "../records/kinds.ts";
import { actorHistory } from "./actor-history.ts";
import { checkVocabulary } from "./check-vocabulary.ts";
import { countRecords } from "./count-records.ts";
import { dateStrip } from "./date-strip.ts";
import { facetCounts } from "./facet-counts.ts";
import { failingAddresses } from "./failing-addresses.ts";
import { findNeighbours } from "./find-neighbours.ts";
import { findRecord } from "./find-record.ts";
import { findTombstone } from "./find-tombstone.ts";
import { freshness } from "./freshness.ts";
import type { Item } from "./item.ts";
import { largestExports } from "./largest-exports.ts";
import { listRecords } from "./list-records.ts";
import { objectFacts } from "./object-facts.ts";
import { objectHistory } from "./object-history.ts";
import { openEvents } from "./open-events.ts";
import { planExport } from "./plan-export.ts";
import { readSample } from "./sample.ts";
import { parseSearch } from "./search-params.ts";
import { summary } from "./summary.ts";
import { type Bond, surrounding } from "./surrounding.ts";
import { waitingEvents } from "./waiting-events.ts";

const now = new Date("2026-03-15T12:00:00Z");
/** Values that rows of all kinds can share. */
export const shared = {
  actor_kind: "user",
  actor_id: "7",
  actor_label: "",
  ip: "192.0.2.1",
  session_hash: "s1",
  request_id: "r1",
  module: "shop",
};
export const row = { ...shared, recorded_at: "2026-03-14T09:00:00.000000Z", seq: "1", tenant: "" };
const object = { type: "invoice", key: "42" };
const window = { from: "2026-02-01T00:00:00.000000Z", to: "2026-04-01T00:00:00.000000Z" };

export function searchOf(kind: Kind, params: Record<string, string> = {}) {
  return parseSearch(definitions[kind], { from: "all", n: "100", ...params }, now).search;
}

type Read = (
  db: Executor,
  viewer: Viewer,
  kind: Kind,
  given?: { seqs: string[]; row: object },
) => Promise<unknown>;

// What is compared must not depend on what else the machine does.
const unhurried = { budgetMs: 60_000 };

/** Of one kind. They need the permission to view it. */
export const reads: Record<string, Read> = {
  listRecords: async (db, viewer, kind) => [
    await listRecords(db, viewer, definitions[kind], searchOf(kind), unhurried),
    await listRecords(db, viewer, definitions[kind], searchOf(kind, { actor: "7" }), unhurried),
    await listRecords(db, viewer, definitions[kind], searchOf(kind, { tenant: "!north" }), unhurried),
    await listRecords(db, viewer, definitions[kind], searchOf(kind, { q: "mark" }), unhurried),
  ],
  checkVocabulary: (db, viewer, kind) =>
    checkVocabulary(db, viewer, definitions[kind], searchOf(kind, { module: "elsewhere" })),
  countRecords: async (db, viewer, kind) => [
    await countRecords(db, viewer, definitions[kind], searchOf(kind), unhurried),
    await countRecords(db, viewer, definitions[kind], searchOf(kind, { actor: "7" }), unhurried),
    await countRecords(db, viewer, definitions[kind], searchOf(kind, { ip: "192.0.2.0/24" }), unhurried),
    await countRecords(db, viewer, definitions[kind], searchOf(kind, { tenant: "south" }), unhurried),
    await countRecords(db, viewer, definitions[kind], searchOf(kind, { tenant: "!north" }), unhurried),
    await countRecords(db, viewer, definitions[kind], searchOf(kind, { q: "mark" }), unhurried),
  ],
  dateStrip: (db, viewer, kind) => dateStrip(db, viewer, definitions[kind], searchOf(kind), unhurried),
  facetCounts: async (db, viewer, kind) => [
    await facetCounts(db, viewer, definitions[kind], searchOf(kind)),
    await facetCounts(db, viewer, definitions[kind], searchOf(kind, { ip: "192.0.2.0/24" })),
  ],
  findRecord: (db, viewer, kind, { seqs } = { seqs: ["1"], row }) =>
    Promise.all(seqs.map((seq) => findRecord(db, viewer, definitions[kind], seq))),
  findTombstone: (db, viewer, kind, { seqs } = { seqs: ["1"], row }) =>
    Promise.all(seqs.map((seq) => findTombstone(db, viewer, definitions[kind], seq))),
  findNeighbours: (db, viewer, kind, given = { seqs: [], row }) =>
    findNeighbours(db, viewer, definitions[kind], searchOf(kind), given.row as RecordRow),
  surrounding: (db, viewer, kind, given = { seqs: [], row }) =>
    Promise.all(
      (["request", "session", "actor", "address", "object"] as Bond[]).map((bond) =>
        surrounding(db, viewer, { kind, row: given.row } as Item, bond),
      ),
    ),
  // With what is read by its plans.
  planExport: async (db, viewer, kind) => {
    const plans = [
      await planExport(db, viewer, definitions[kind], searchOf(kind), { maxRows: 1_000_000 }),
      await planExport(db, viewer, definitions[kind], searchOf(kind, { q: "mark" }), {}),
      await planExport(db, viewer, definitions[kind], searchOf(kind, { tenant: "!north" }), {}),
    ];
    const reading = plans.flatMap(({ selects }) => selects.map(({ text, values }) => db.query(text, values)));
    return [plans.map(({ rows }) => rows), await Promise.all(reading)];
  },
  readSample: (db, viewer, kind) => readSample(db, viewer, definitions[kind], { window }, (rows) => rows),
};

interface WholeRead {
  /** The permission without which it is refused; where there is none named, any right to view will do. */
  needs?: Permission;
  read(db: Executor, viewer: Viewer): Promise<unknown>;
}

/** Of all kinds, or of one that is settled. */
export const wholeReads: Record<string, WholeRead> = {
  waitingEvents: { read: waitingEvents },
  freshness: { read: freshness },
  summary: { read: (db, viewer) => summary(db, viewer, window) },
  actorHistory: { read: (db, viewer) => actorHistory(db, viewer, { actor: "7" }, { size: 100 }) },
  objectHistory: {
    needs: "audit.view",
    read: (db, viewer) => objectHistory(db, viewer, object, { size: 100 }),
  },
  objectFacts: { needs: "audit.view", read: (db, viewer) => objectFacts(db, viewer, object) },
  openEvents: { needs: "events.view", read: (db, viewer) => openEvents(db, viewer, now) },
  failingAddresses: { needs: "logins.view", read: (db, viewer) => failingAddresses(db, viewer, window) },
  largestExports: { needs: "exports.view", read: (db, viewer) => largestExports(db, viewer, window) },
};

/**
 * Functions that take no viewer: but a search that is confined, or what was made of one; or they read no record;
 * or they are the application's own (`auditSummary`).
 */
export const innerReads = [
  "auditSummary",
  "countBy",
  "countByRollups",
  "countDirectly",
  "countOpen",
  "countPeriods",
  "fence",
  "findRows",
  "labelActors",
  "lookByIndex",
  "nearestDay",
  "possibleMonths",
  "readExtent",
  "readInOrder",
  "readRound",
  "run",
  "scan",
];

/** All exported functions of this room whose first parameter is a database, as the sources have them. */
export function readFunctions(): { forViewers: string[]; inner: string[] } {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !/\.test\.|fixtures/.test(name),
  );
  const found = files.flatMap((name) => [
    ...readFileSync(folder + name, "utf8").matchAll(
      /export (?:async )?(?:function (\w+)|const (\w+) =[^;]*?)[^(;]*\(\s*(\w+): Executor,\s*(viewer: Viewer)?/g,
    ),
  ]);
  const names = (isForViewers: boolean) =>
    found.flatMap(([, name, constant, , viewer]) =>
      (viewer !== undefined) === isForViewers ? [name ?? constant ?? ""] : [],
    );
  return { forViewers: names(true).filter((name) => name !== "readHistory"), inner: names(false) };
}

export { kinds };
