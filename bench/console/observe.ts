import { createHash } from "node:crypto";
import type { Executor } from "../../lib/executor.ts";

/** What a question costs the server, whatever else the machine does. */
export interface Work {
  statements: number;
  /** Pages of 8 kB that were looked at, in memory or not. */
  buffers: number;
  /** Of all plans, without figures and months: another hash, another way. */
  plans: string;
  /** The texts with their plans, for whoever wants to see them. */
  explained: { text: string; values: readonly unknown[]; plan: Node; ms: number }[];
}

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Shared Hit Blocks"?: number;
  "Shared Read Blocks"?: number;
  Plans?: Node[];
}

/** Asks once more, each statement with EXPLAIN before it. Statements that write are only run. */
export async function observe(db: Executor, ask: (db: Executor) => Promise<unknown>): Promise<Work> {
  const explained: Work["explained"] = [];
  let statements = 0;
  await ask({
    async query<Row>(text: string, values: readonly unknown[] = []) {
      statements += 1;
      if (/^\s*(SELECT|WITH)\b/i.test(text) && !/annals\.relay\(/.test(text)) {
        const [row] = await db.query<{ "QUERY PLAN": { Plan: Node; "Execution Time": number }[] }>(
          `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
          values,
        );
        const plan = row?.["QUERY PLAN"][0];
        if (plan) explained.push({ text, values, plan: plan.Plan, ms: plan["Execution Time"] });
      }
      return db.query<Row>(text, values);
    },
  });
  const buffers = explained.reduce(
    (sum, { plan }) => sum + (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0),
    0,
  );
  const ways = [...new Set(explained.map(({ plan }) => wayOf(plan)))].sort().join("\n");
  const plans = createHash("sha256").update(ways).digest("hex").slice(0, 6);
  return { statements, buffers, plans, explained };
}

function wayOf(node: Node): string {
  const name = (node["Index Name"] ?? node["Relation Name"] ?? "").replace(/\d{6}/, "…");
  const parts = [...new Set((node.Plans ?? []).map(wayOf))];
  return `${node["Node Type"]} ${name}(${parts.join()})`;
}
