import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import type { Kind } from "../records/define.ts";
import { definitions, kinds } from "../records/kinds.ts";
import { listRecords } from "./list-records.ts";
import { filterFields, parseSearch } from "./search-params.ts";

const viewer = viewerOf({ id: "1", username: "alice", label: "Alice", role: "superuser" });
const now = new Date("2026-03-15T12:00:00Z");
// After a probe of one row everything goes by index, whatever the probe found.
const limits = { probe: 1, portion: 1, patience: 0, candidates: 2500 };

let database: TestDatabase;
let db: Executor;

/** So much that reading a whole month is not the cheaper way, with one common value in each column. */
beforeAll(async () => {
  database = await openTestDatabase();
  db = executorOf(database.sql);
  for (const kind of kinds) {
    const rows = Array.from({ length: 3000 }, (_, at) => ({
      recorded_at: new Date(now.getTime() - (at + 1) * 60_000).toISOString(),
      actor_id: String(at % 50),
      actor_label: `Actor ${at % 50}`,
      session_hash: `${at % 100}${"0".repeat(30)}`,
      ip: `10.0.${at % 50}.1`,
      request_id: `r${at}`,
      trace_id: `t${at}`,
      ...(kind === "audit"
        ? { object_type: "invoice", object_id: String(at % 500), reason: at % 9 === 0 ? "by hand" : null }
        : {}),
      ...(kind === "logins" ? { username: `user ${at % 200}` } : {}),
      ...(kind === "exports" ? { sha256: `${at}${"f".repeat(50)}`, record_count: at } : {}),
    }));
    await fillRecords(database.sql, definitions[kind].record, rows.reverse());
  }
  // What waits to be put into an index makes it look dear, of so few rows.
  await database.sql`SELECT gin_clean_pending_list(c.oid) FROM pg_class c
    JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'gin' AND c.relkind = 'i'`;
});
afterAll(() => database.close());

interface Node {
  "Node Type": string;
  "Index Name"?: string;
  Plans?: Node[];
}

/** The plans of the fences of a search: kinds of nodes, and indexes by the columns they are named after. */
async function explain(
  kind: Kind,
  query: Record<string, string>,
): Promise<{ nodes: Set<string>; indexes: Set<string> }> {
  const plans: Node[] = [];
  const spy: Executor = {
    async query<Row>(text: string, values?: readonly unknown[]) {
      if (text.includes("candidates")) {
        const [row] = await db.query<{ "QUERY PLAN": { Plan: Node }[] }>(
          `EXPLAIN (FORMAT JSON) ${text}`,
          values,
        );
        if (row?.["QUERY PLAN"][0]) plans.push(row["QUERY PLAN"][0].Plan);
      }
      const rows = await db.query<Row>(text, values);
      // As if the rollups were far behind: they would tell that there is nothing to look for.
      return rows.map((row) =>
        row && typeof row === "object" && "counted" in row ? { ...row, counted: "-20001" } : row,
      );
    },
  };
  const { search, problems } = parseSearch(definitions[kind], { from: "all", ...query }, now);
  expect(problems).toEqual([]);
  await listRecords(spy, viewer, definitions[kind], search, { limits });
  const all = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(all)];
  const nodes = plans.flatMap(all);
  const prefix = new RegExp(`^${definitions[kind].record}_\\d{6}_`);
  return {
    nodes: new Set(nodes.map((node) => node["Node Type"])),
    indexes: new Set(
      nodes.flatMap((node) => node["Index Name"]?.replace(prefix, "").replace(/^tenant_.*/, "find") ?? []),
    ),
  };
}

/** A filter that finds little, and the index that must answer it. */
function rareFilter(kind: Kind, param: string): { value: string; index: string } | undefined {
  const own: Record<string, { value: string; index: string }> = {
    ip: { value: "10.0.7.0/24", index: "ip_idx" },
    object: { value: "7", index: "object_id_object_type_recorded_at_seq_idx" },
    request: { value: "r7", index: "request_id_idx" },
    trace: { value: "t7", index: "trace_id_idx" },
    session: { value: "77000", index: "left_idx" },
    actor: {
      value: "rare value,and another",
      index: kind === "events" ? "find" : "actor_id_recorded_at_seq",
    },
    level: { value: "ERROR", index: "find" },
    username: { value: "user 7,user 8", index: "username_recorded_at_seq_idx" },
  };
  // In no index: every repetition of an event would have to rewrite it.
  if (kind === "events" && param === "mincount") return undefined;
  if (param === "sha256") return { value: "77fff", index: "left_idx1" };
  const field = filterFields(definitions[kind]).get(param);
  const choice = Object.keys(field?.choices ?? {}).at(-1);
  const value = field?.type === "count" || field?.type === "bytes" ? "2999" : (choice ?? "rare value");
  return own[param] ?? { value, index: "find" };
}

const filters = kinds.flatMap((kind) =>
  [...filterFields(definitions[kind]).keys()].flatMap((param) => {
    const rare = rareFilter(kind, param);
    return rare ? [{ kind, param, ...rare }] : [];
  }),
);

describe.each(["before ANALYZE", "after ANALYZE"])("%s", (when) => {
  beforeAll(async () => {
    if (when === "before ANALYZE") return;
    for (const kind of kinds) await database.sql.unsafe(`ANALYZE annals.${definitions[kind].record}`);
  });

  test.each(filters)("$kind: $param = $value goes by $index", async ({ kind, param, value, index }) => {
    const { nodes, indexes } = await explain(kind, { [param]: value });
    expect([...nodes].filter((node) => /Seq Scan|Gather/.test(node))).toEqual([]);
    expect([...indexes].join()).toContain(index);
  });

  test.each(kinds)("the search of %s goes by its index: words, short words and phrases", async (kind) => {
    for (const q of ["absentword", "x", '"two words"', "1234567"]) {
      const { nodes, indexes } = await explain(kind, { q });
      expect([q, [...nodes].filter((node) => /Seq Scan|Gather/.test(node)), [...indexes]]).toEqual([
        q,
        [],
        ["find"],
      ]);
    }
  });

  test("a search with filters is settled inside one index", async () => {
    const { nodes, indexes } = await explain("audit", {
      q: "absent",
      action: "UPDATE",
      module: "none",
      type: "order",
    });
    expect([...indexes]).toEqual(["find"]);
    expect([...nodes]).not.toContain("BitmapAnd");
  });

  test("what is common apart and never meets does not tempt to read the month", async () => {
    const { nodes, indexes } = await explain("audit", { action: "UPDATE", source: "api", type: "order" });
    expect([...nodes].filter((node) => /Seq Scan/.test(node))).toEqual([]);
    expect([...indexes]).toEqual(["find"]);
  });

  test.each([
    ["audit", { action: "!UPDATE" }, "find"],
    ["audit", { source: "!api" }, "find"],
    ["audit", { type: "!invoice" }, "find"],
    ["audit", { ip: "!10.0.0.0/8,none" }, "ip_idx"],
    ["audit", { impersonator: "!none" }, "find"],
    ["audit", { actor: "unattributed" }, "find"],
    ["logins", { status: "!SUCCESS" }, "find"],
    ["logins", { country: "!none" }, "find"],
    ["events", { resolved: "1" }, "find"],
  ] as const)("%s %j leaves little and goes by %s", async (kind, query, index) => {
    const { nodes, indexes } = await explain(kind, query as unknown as Record<string, string>);
    expect([...nodes].filter((node) => /Seq Scan/.test(node))).toEqual([]);
    expect([...indexes].join()).toContain(index);
  });
});
