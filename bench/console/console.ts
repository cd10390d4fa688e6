import type { Bench } from "../bench.ts";
import { openHistoryServer } from "../history/history-server.ts";
import { openHistory } from "../history/open-history.ts";
import { atMost, resultOf } from "../result.ts";
import { median } from "../statistics.ts";
import { readBaseline, saveBaseline } from "./baseline.ts";
import { explainTo } from "./explain-to.ts";
import { goals } from "./goals.ts";
import { measureShapes } from "./measure-shapes.ts";
import { openShapes } from "./open-shapes.ts";
import { overHttp } from "./over-http.ts";

/** Every question that the console asks, by the layer that it asks through. */
export const consoleBench: Bench = {
  name: "console",
  summary: "lists, pages, strips, facets, search, counts and details over a history: time, pages read, plans",
  flags: {
    rows: { help: "audit events", default: 100_000 },
    rounds: { help: "counted rounds", default: 30 },
    only: { help: "questions whose name holds this", default: "" },
    data: { help: "folder of the histories", default: "" },
    http: { help: "yes: whole pages of the built console as well", default: "no" },
    save: { help: "yes: keep the figures as the ones to compare with", default: "no" },
    plans: { help: "file for the plans of what misses its goal", default: "" },
  },
  async run({ flag, text, say }) {
    const server = await openHistoryServer(text("data"), say);
    try {
      const history = await openHistory(server, flag("rows"), say);
      const opened = await openShapes(history, text("only"));
      try {
        const figures = await measureShapes(opened.questions, flag("rounds"));
        const baseline = readBaseline(history.rows);
        const results = opened.shapes.map(({ name, goal }) => {
          const { ms, cpu, buffers, plans, statements, answer } = one(figures, name);
          const before = baseline[name];
          const limit = goal && atMost(goals[goal].ms, "p95");
          return {
            ...resultOf(name, "ms", ms, limit),
            more: {
              "cpu ms": median(cpu),
              pages: buffers,
              queries: statements,
              plan: plans,
              answer,
              ...(before && {
                // Whatever else the machine does would be most of a ratio of times.
                ...(before.cpu > 0
                  ? { "÷ cpu": median(cpu) / before.cpu }
                  : { "÷ p50": median(ms) / before.p50 }),
                "÷ pages": buffers / Math.max(before.buffers, 1),
                "plan before": before.plans === plans ? "same" : before.plans,
              }),
            },
          };
        });
        if (text("save") === "yes") saveBaseline(history.rows, figures);
        if (text("plans")) explainTo(text("plans"), results, figures);
        return text("http") === "yes" ? [...results, ...(await overHttp(history, flag("rounds")))] : results;
      } finally {
        await opened.close();
      }
    } finally {
      await server.close();
    }
  },
};

export function one<T>(figures: ReadonlyMap<string, T>, name: string): T {
  const found = figures.get(name);
  if (!found) throw new RangeError(`nothing was measured of ${name}`);
  return found;
}
