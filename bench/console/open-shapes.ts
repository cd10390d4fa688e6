import postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { readingSettings } from "../../lib/query/reading-settings.ts";
import { backendsOf } from "../backend.ts";
import type { History } from "../history/open-history.ts";
import type { Asked } from "./measure-shapes.ts";
import { prepareShape } from "./reader.ts";
import { type Shape, shapes } from "./shapes.ts";

/** The questions over one history, with connections as the console has them. */
export async function openShapes(
  history: History,
  only = "",
): Promise<{ shapes: Shape[]; questions: Asked[]; close(): Promise<void> }> {
  const sql = postgres(history.url, {
    max: 4,
    onnotice: () => {},
    idle_timeout: 600,
    connection: readingSettings,
  });
  const db = executorOf(sql);
  const wanted = shapes.filter(({ name }) => name.includes(only));
  // All connections at once, so that their processes are known.
  await Promise.all(Array.from({ length: 4 }, () => sql`SELECT pg_sleep(0.05)`));
  const cpu = await backendsOf(sql);
  const questions: Asked[] = [];
  for (const shape of wanted) {
    questions.push({ name: shape.name, db, ask: await prepareShape(db, history, shape), cpu });
  }
  return { shapes: wanted, questions, close: () => sql.end({ timeout: 5 }) };
}
