import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";

/** What a writer was told is committed: for each token the number of updates, -1 once it is deleted. */
export type Acknowledged = Map<string, number>;

export interface Writer {
  acknowledged: Acknowledged;
  writes(): number;
  stop(): Promise<void>;
}

const timedOut = new Error("no answer for five seconds");

async function orTimeOut(work: Promise<void>): Promise<void> {
  const stopped = new AbortController();
  const limit = sleep(5000, undefined, { signal: stopped.signal }).then(
    () => Promise.reject(timedOut),
    () => {},
  );
  try {
    await Promise.race([work, limit]);
  } finally {
    stopped.abort();
  }
}

/**
 * Writes as an application does, one transaction after the other, until it is stopped: inserts and updates of
 * one and of many rows, deletions, rollbacks, savepoints rolled back, and 1 in 100 stays open for 1.5 s. What
 * fails because the server is gone is left as it is: whether it was committed, the table itself tells.
 */
export function startWriter(url: string, name: string, pauseMs: number): Writer {
  const acknowledged: Acknowledged = new Map();
  const living: string[] = [];
  let stopped = false;
  let writes = 0;
  let count = 0;

  async function one(sql: postgres.Sql): Promise<void> {
    const dice = Math.random();
    const tokens = Array.from({ length: dice < 0.2 ? 100 : 1 }, () => `${name}-${count++}`);
    const touched = living[Math.floor(Math.random() * living.length)];
    let deleted = false;
    await sql.begin(async (tx) => {
      await tx`INSERT INTO journal (name) SELECT * FROM unnest(${tokens}::text[])`;
      if (touched) {
        await tx`UPDATE journal SET version = version + 1 WHERE name = ${touched}`;
        await tx
          .savepoint(async (point) => {
            // By one again: a client that lost its server in between runs this by itself, and then it counts.
            await point`UPDATE journal SET version = version + 1 WHERE name = ${touched}`;
            throw new Error("rolled back");
          })
          .catch(() => {});
      }
      if (touched && dice > 0.9) {
        await tx`WITH gone AS (DELETE FROM journal WHERE name = ${touched} RETURNING name, version)
          INSERT INTO gone SELECT * FROM gone`;
        deleted = true;
      }
      if (dice > 0.3 && dice < 0.31) await sleep(1500);
      if (dice > 0.4 && dice < 0.45) throw new Error("rolled back");
    });
    for (const token of tokens) acknowledged.set(token, 0);
    living.push(...tokens);
    if (touched) {
      acknowledged.set(touched, deleted ? -1 : (acknowledged.get(touched) ?? 0) + 1);
      if (deleted) living.splice(living.indexOf(touched), 1);
    }
    writes += tokens.length + (touched ? 1 : 0) + (deleted ? 1 : 0);
  }

  const connect = () => postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 2 });

  async function work(): Promise<void> {
    let sql = connect();
    while (!stopped) {
      try {
        await orTimeOut(one(sql));
        if (pauseMs > 0) await sleep(pauseMs);
      } catch (error) {
        if ((error as Error).message === "rolled back") continue;
        // The client connects again by itself, unless it hangs.
        await sleep(50);
        if (error === timedOut) sql = connect();
        // Whether the last transaction was committed is not known: its rows are not touched again.
        living.length = 0;
      }
    }
    await sql.end({ timeout: 1 }).catch(() => {});
  }

  const done = work();
  return {
    acknowledged,
    writes: () => writes,
    stop() {
      stopped = true;
      return done;
    },
  };
}
