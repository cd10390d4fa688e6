import type { Bench } from "../bench.ts";
import { atMost, resultOf } from "../result.ts";
import { openHistoryServer } from "./history-server.ts";
import { openHistory } from "./open-history.ts";

/** Builds a history for the benches that read, and says what a row of it takes. */
export const history: Bench = {
  name: "history",
  summary: "builds a history of many rows over two years, kept for the benches that read; bytes a row",
  flags: {
    rows: { help: "audit events", default: 100_000 },
    data: { help: "folder to keep it in", default: "" },
  },
  async run({ flag, text, say }) {
    const server = await openHistoryServer(text("data"), say);
    try {
      const { bytes, events, seconds } = await openHistory(server, flag("rows"), say);
      const list = (title: string, some: Record<string, number>) =>
        Object.entries(some).map(([name, value]) => resultOf(`  ${title} ${name}`, "B", [value]));
      const sum = (some: Record<string, number>) => Object.values(some).reduce((all, one) => all + one, 0);
      return [
        resultOf("events of all four records", "", [events]),
        resultOf("time it took to build", "s", [seconds]),
        resultOf("an audit row with indexes and rollups", "B", [bytes.total], atMost(1000)),
        resultOf("the row itself", "B", [bytes.row], atMost(630)),
        resultOf("its indexes", "B", [sum(bytes.indexes)]),
        ...list("index", bytes.indexes),
        resultOf("its rollups", "B", [sum(bytes.rollups)]),
        ...list("rollup", bytes.rollups),
      ];
    } finally {
      await server.close();
    }
  },
};
