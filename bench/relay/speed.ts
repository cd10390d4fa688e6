import type postgres from "postgres";
import { backendOf } from "../backend.ts";
import { insertRows, updateRows } from "../capture/order-tables.ts";
import { updateOneByOne } from "../capture/update-one-by-one.ts";
import { atLeast, type Result, resultOf } from "../result.ts";
import { type Drained, drain } from "./drain.ts";

/** Rows a second of what bulk statements left, and of what single-row statements left. */
export async function relaySpeed(sql: postgres.Sql, rows: number, rounds: number): Promise<Result[]> {
  const connection = await sql.reserve();
  try {
    const backend = await backendOf(connection);
    const bulk: Drained[] = [];
    const single: Drained[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const figures: [Drained[], string][] = [
        [bulk, insertRows("orders_annals", String(rows))],
        [bulk, updateRows("orders_annals")],
        [single, updateOneByOne("orders_annals", 1, Math.min(rows, 20_000))],
        [bulk, "DELETE FROM orders_annals"],
      ];
      for (const [list, statement] of figures) {
        await connection.unsafe(statement);
        const drained = await drain(connection, backend);
        if (round >= 0) list.push(drained);
      }
    }
    return [
      ...resultsOf("events of bulk statements", bulk, 10_000),
      ...resultsOf("events of single-row statements", single, 6_000),
    ];
  } finally {
    connection.release();
  }
}

function resultsOf(name: string, drained: readonly Drained[], goal: number): Result[] {
  const perCpuSecond = drained.flatMap((one) => one.perCpuSecond ?? []);
  const results = [
    resultOf(
      name,
      "/s",
      drained.map((one) => one.perSecond),
      atLeast(goal),
    ),
  ];
  if (perCpuSecond.length > 0) results.push(resultOf(`${name}, of processor time`, "/s", perCpuSecond));
  return results;
}
