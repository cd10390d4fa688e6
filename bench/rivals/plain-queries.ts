import type { Executor } from "../../lib/executor.ts";

/** What such an admin asks for a page: how many, how many at all, the rows, and the dates to drill into. */
export interface PlainPage {
  /** SQL, with instants in it as constants. */
  where?: string;
  offset?: number;
  /** The unit that the dates are shown in. */
  unit: "year" | "month" | "day";
}

export async function readPlainPage(
  db: Executor,
  { where = "true", offset = 0, unit }: PlainPage,
): Promise<number> {
  const [filtered] = await db.query<{ n: string }>(`SELECT count(*) AS n FROM rival.entry e WHERE ${where}`);
  await db.query("SELECT count(*) AS n FROM rival.entry e");
  const rows = await db.query(
    `SELECT e.*, a.username, a.label FROM rival.entry e LEFT JOIN rival.account a ON a.id = e.account_id
     WHERE ${where} ORDER BY e.created_at DESC, e.id DESC LIMIT 50 OFFSET ${offset}`,
  );
  await db.query(`SELECT min(created_at), max(created_at) FROM rival.entry e WHERE ${where}`);
  await db.query(
    `SELECT DISTINCT date_trunc('${unit}', e.created_at AT TIME ZONE 'Europe/Paris') AS d
     FROM rival.entry e WHERE ${where} AND e.created_at IS NOT NULL ORDER BY d`,
  );
  return filtered?.n === undefined ? 0 : rows.length;
}

/** A word in any of the searched columns. */
export function searchPlain(word: string): string {
  const columns = ["object_repr", "account_name", "object_id", "reason"];
  return `(${columns.map((column) => `e.${column} ILIKE '%${word}%'`).join(" OR ")})`;
}
