import postgres from "postgres";
import { viewerOf } from "../../lib/access/viewer.ts";
import { snapshotsOf } from "../../lib/adapters/db/open-snapshot.ts";
import { exportRecords } from "../../lib/export/export-records.ts";
import type { ExportFormat } from "../../lib/export/formats.ts";
import { planExport } from "../../lib/query/plan-export.ts";
import { parseSearch } from "../../lib/query/search-params.ts";
import { definitions } from "../../lib/records/kinds.ts";
import { backendOf } from "../backend.ts";
import type { Bench } from "../bench.ts";
import { openHistoryServer } from "../history/history-server.ts";
import { type History, openHistory } from "../history/open-history.ts";
import { atMost, type Result, resultOf } from "../result.ts";
import { alternate } from "../rounds.ts";
import { ratios } from "../statistics.ts";
import { watchMemory } from "./watch-memory.ts";

const viewer = viewerOf({ id: "1", username: "bench", label: "Bench", role: "superuser" });

/** The whole audit log as a file, against PostgreSQL's own way of giving it away. */
export const exportBench: Bench = {
  name: "export",
  summary: "the audit log as NDJSON and as CSV against a plain COPY of the same columns; memory; growth",
  flags: {
    rows: { help: "audit events", default: 1_000_000 },
    rounds: { help: "counted rounds", default: 5 },
    data: { help: "folder of the histories", default: "" },
  },
  async run({ flag, text, say }) {
    const server = await openHistoryServer(text("data"), say);
    const memory = watchMemory();
    try {
      const [small, large] = [
        await openHistory(server, Math.ceil(flag("rows") / 10), say),
        await openHistory(server, flag("rows"), say),
      ];
      const tenth = await measure(small, flag("rounds"), say);
      const whole = await measure(large, flag("rounds"), say);
      const growth = (["ndjson", "csv"] as const).map((format) => {
        const perRow = ({ rows }: History, figures: Figures) => figures.ms[format].map((ms) => ms / rows);
        return resultOf(
          `time a row, ${count(large.rows)} ÷ ${count(small.rows)}, ${format}`,
          "×",
          ratios(perRow(large, whole), perRow(small, tenth)),
          atMost(1.3),
        );
      });
      return [...resultsOf(large, whole, memory.peakMb()), ...growth];
    } finally {
      memory.stop();
      await server.close();
    }
  },
};

type Variant = "copy" | ExportFormat;

interface Figures {
  ms: Record<Variant, number[]>;
  bytes: Record<Variant, number>;
  /** The most that the server's process had of its own, in MB. */
  serverMb: number | undefined;
}

async function measure(
  { url, rows }: History,
  rounds: number,
  say: (line: string) => void,
): Promise<Figures> {
  say(`${count(rows)} rows, ${rounds} rounds`);
  const sql = postgres(url, {
    max: 1,
    onnotice: () => {},
    connection: { default_transaction_read_only: true },
  });
  try {
    const backend = await backendOf(sql);
    const bytes = { copy: 0, ndjson: 0, csv: 0 };
    const timed = (variant: Variant) => async () => {
      const start = performance.now();
      bytes[variant] = await (variant === "copy" ? copy(sql) : exportAs(sql, variant, rows));
      return performance.now() - start;
    };
    const ms = await alternate({ copy: timed("copy"), ndjson: timed("ndjson"), csv: timed("csv") }, rounds);
    return { ms, bytes, serverMb: backend.peakMb() };
  } finally {
    await sql.end();
  }
}

const search = parseSearch(definitions.audit, { from: "all" }, new Date()).search;

async function copy(sql: postgres.Sql): Promise<number> {
  const snapshot = await snapshotsOf(sql).openSnapshot();
  const { columns } = await planExport(snapshot, viewer, definitions.audit, search, {});
  const names = columns.map(({ name }) => name).join(", ");
  let bytes = 0;
  for await (const piece of snapshot.copyOut(`SELECT ${names} FROM annals.audit_log`, []))
    bytes += piece.length;
  await snapshot.close();
  return bytes;
}

async function exportAs(sql: postgres.Sql, format: ExportFormat, rows: number): Promise<number> {
  // A history is kept as it is, so that nothing is written to it.
  const end = async () => ({ eventId: "", recorded: true });
  const entry = { eventId: "", recorded: true, complete: end, fail: end, download: end };
  const { body, done } = await exportRecords(
    snapshotsOf(sql),
    { logDataExport: async () => entry },
    viewer,
    definitions.audit,
    search,
    { format },
  );
  let bytes = 0;
  for await (const piece of body) bytes += piece.length;
  const summary = await done;
  if (summary.rows !== rows || summary.bytes !== bytes)
    throw new Error(`${summary.rows} rows of ${rows} were exported`);
  return bytes;
}

function resultsOf({ rows }: History, { ms, bytes, serverMb }: Figures, clientMb: number): Result[] {
  const variants = ["copy", "ndjson", "csv"] as const;
  return [
    ...variants.map((variant) => ({
      ...resultOf(`${count(rows)} rows as ${variant}`, "ms", ms[variant]),
      more: { MB: Math.round(bytes[variant] / 1e6) },
    })),
    resultOf("NDJSON ÷ COPY", "×", ratios(ms.ndjson, ms.copy), atMost(3)),
    resultOf("CSV ÷ COPY", "×", ratios(ms.csv, ms.copy), atMost(3)),
    resultOf("memory: the client grew by", "MB", [clientMb]),
    ...(serverMb === undefined ? [] : [resultOf("memory: the server's process", "MB", [serverMb])]),
    resultOf("memory: together", "MB", [clientMb + (serverMb ?? 0)], atMost(200)),
  ];
}

function count(rows: number): string {
  return rows.toLocaleString("en-US");
}
