import { setTimeout as sleep } from "node:timers/promises";
import { createRedactor } from "@/lib/context/redact.ts";
import type { Executor } from "@/lib/executor.ts";
import { eventText } from "@/lib/records/check-event.ts";
import { catchUp } from "@/lib/relay/catch-up.ts";

/** Failures within five minutes after which no guess is taken any more, of a name and of an address. */
const limits = { minutes: 5, username: 5, address: 20 } as const;

/** Longer than a batch takes; a log that is behind by more must not keep everybody waiting at the door. */
const patienceMs = 2000;

const redactor = createRedactor();

/** A name as a login attempt has it: cut when it is long, masked when it looks like a secret. */
function recordedName(name: string): string {
  return eventText(name, 300, redactor);
}

/** Files what waits; where another relay is at it just now, waits until nothing is left. */
async function fileAll(db: Executor): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    await catchUp(db);
    const [row] = await db.query<{ left: boolean }>("SELECT annals.waiting(1) > 0 AS left");
    if (!row?.left || Date.now() > until) return;
    await sleep(25);
  }
}

/**
 * For how many minutes, rounded up, nobody can sign in under this name or from this address; 0
 * when they can. `name` is the folded one (`foldUsername`) that attempts are recorded under: it is compared as it is,
 * since PostgreSQL would fold it in a way of its own. What still waits in the outbox is filed first, so that it
 * counts.
 *
 * A success clears the count of its name, not the count of its address: else whoever has one account could
 * go on guessing at the others. Blocked attempts do not count, so nobody can be kept out for ever.
 */
export async function blockedFor(
  db: Executor,
  { name, ip }: { name: string; ip: string | null },
): Promise<number> {
  await fileAll(db);
  const [row] = await db.query<{ seconds: number | null }>(
    `WITH recent AS (
       SELECT recorded_at, username, host(ip) AS ip, status FROM annals.login_attempt
       WHERE recorded_at > now() - make_interval(mins => $1) AND status IN ('FAILED', 'SUCCESS')
         -- The console's own attempts: a host may record what it likes, and must neither keep our people out
         -- nor clear their count. The role that wrote an event is the one thing that nobody can claim.
         AND source = 'console' AND db_role = session_user
     ), by_name AS (
       SELECT recorded_at FROM recent WHERE username = $2 AND status = 'FAILED' AND recorded_at > coalesce(
         (SELECT max(recorded_at) FROM recent WHERE username = $2 AND status = 'SUCCESS'), '-infinity')
       ORDER BY recorded_at DESC OFFSET $3 - 1 LIMIT 1
     ), by_address AS (
       SELECT recorded_at FROM recent WHERE ip = $4 AND status = 'FAILED'
       ORDER BY recorded_at DESC OFFSET $5 - 1 LIMIT 1
     )
     SELECT extract(epoch FROM max(recorded_at) + make_interval(mins => $1) - now())::float8 AS seconds
     FROM (SELECT * FROM by_name UNION ALL SELECT * FROM by_address) AS last_straw`,
    [limits.minutes, recordedName(name), limits.username, ip, limits.address],
  );
  return Math.ceil(Math.max(row?.seconds ?? 0, 0) / 60);
}
