import { groupDigits } from "@/components/fields/figures.ts";
import { age } from "@/components/fields/time.ts";
import { database } from "./database.ts";
import { settle } from "./settle.ts";

interface Head {
  seq: string;
  newest: string | null;
}

/** How old the newest event is, of whatever kind: a log that has stopped looks like a quiet day otherwise. */
export async function Freshness({ now }: { now: Date }) {
  const read = await settle("the newest event", readHead());
  if ("failure" in read) return <span>The newest event could not be read ({read.failure.reference})</span>;
  const { seq, newest } = read.value;
  if (newest === null) return <span>Nothing recorded yet</span>;
  return (
    <>
      <span>
        Last event <time dateTime={newest}>{age(newest, now)}</time>
      </span>
      <span>{groupDigits(seq)} events filed</span>
    </>
  );
}

async function readHead(): Promise<Head> {
  const [head] = await database("figures").query<Head>(
    `SELECT seq::text, to_char((SELECT max(to_at) FROM annals.segment) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS newest
     FROM annals.head`,
  );
  if (!head) throw new Error("annals.head has no row");
  return head;
}
