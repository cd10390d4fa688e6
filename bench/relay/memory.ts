import postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { catchUp } from "../../lib/relay/catch-up.ts";
import { fileBatch } from "../../lib/relay/file-batch.ts";
import { backendOf } from "../backend.ts";
import { updateRows } from "../capture/order-tables.ts";
import { type Result, resultOf } from "../result.ts";

/** The most memory that a server process takes to file one statement of that many rows as one batch. */
export async function relayMemory(url: string, rows: number): Promise<Result[]> {
  const writer = postgres(url, { max: 1, onnotice: () => {} });
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await catchUp(executorOf(writer), { maxMs: Number.POSITIVE_INFINITY });
    await writer.unsafe(updateRows("orders_annals"));
    const backend = await backendOf(sql);
    await fileBatch(executorOf(sql), rows);
    const peak = backend.peakMb();
    if (peak === undefined) return [];
    return [resultOf(`memory of one batch of ${rows.toLocaleString("en-US")} rows`, "MB", [peak])];
  } finally {
    await Promise.all([writer.end(), sql.end()]);
  }
}
