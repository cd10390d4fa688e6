import { randomBytes } from "node:crypto";
import { encode } from "next-auth/jwt";
import postgres from "postgres";
import { serveBuiltConsole } from "../../testing/built-console.ts";
import type { History } from "../history/open-history.ts";
import { type Result, resultOf } from "../result.ts";

/** Whole pages, drawn: of a list rows, count, dates and facets. */
function pagesOf({ until, events }: History): Record<string, string> {
  const week = new Date(until.getTime() - 7 * 86_400_000).toISOString();
  const month = new Date(until.getTime() - 60 * 86_400_000).toISOString().slice(0, 7);
  return {
    "a week": `audit?from=${week}&to=${until.toISOString()}`,
    "all time": "audit?from=all",
    "a month": `audit?on=${month}`,
    "a common action": "audit?from=all&action=UPDATE",
    "an action of three events": "audit?from=all&action=PURGE",
    "type, tenant and action": "audit?from=all&type=order&tenant=acme&action=DELETE",
    "all but an action": "audit?from=all&action=!VIEW",
    "one actor": "audit?from=all&actor=u1",
    "a network": "audit?from=all&ip=81.16.0.0/16",
    "a common word": "audit?from=all&q=schmidt",
    "a word of two events": "audit?from=all&q=zephyranthes",
    "an absent word": "audit?from=all&q=qwxzv",
    "log-ins of all time": "logins?from=all",
    "one event": `audit/${Math.round(events * 0.3)}`,
    // Of the days before now, not before the end of the history.
    "the overview": "",
    "the overview of 90 days": "?from=now-90d",
    "an object": "objects/order/1",
    "a busy actor": "actors/u1",
    "a rare actor": "actors/u9999",
    "a name": "actors/name/root",
  };
}

/** The built console, one reader, one page after the other; each page to its last byte. */
export async function overHttp(history: History, rounds: number): Promise<Result[]> {
  const secret = randomBytes(36).toString("base64");
  const sql = postgres(history.url, { max: 1, onnotice: () => {} });
  const console_ = await serveBuiltConsole(history.url, secret);
  try {
    const cookie = await signIn(sql, secret);
    const results: Result[] = [];
    const pages = Object.entries(pagesOf(history));
    const figures = pages.map(() => ({ first: [] as number[], whole: [] as number[] }));
    for (let round = -2; round < rounds; round += 1) {
      for (const [at, [, path]] of pages.entries()) {
        const { first, whole } = await load(`${console_.url}/${path}`, cookie);
        if (round < 0) continue;
        figures[at]?.first.push(first);
        figures[at]?.whole.push(whole);
      }
    }
    for (const [at, [name]] of pages.entries()) {
      const { first, whole } = figures[at] as (typeof figures)[number];
      results.push(resultOf(`http, ${name}: first byte`, "ms", first));
      results.push(resultOf(`http, ${name}: whole`, "ms", whole));
    }
    return results;
  } finally {
    await console_.stop();
    await sql`DELETE FROM annals.console_user WHERE username = ${username}`;
    await sql.end({ timeout: 5 });
  }
}

async function load(url: string, cookie: string): Promise<{ first: number; whole: number }> {
  const start = performance.now();
  const response = await fetch(url, { headers: { cookie }, redirect: "manual" });
  const first = performance.now() - start;
  const text = await response.text();
  // A record of another kind may have the number.
  if (response.status !== 200 && !(response.status === 404 && /\/audit\/\d+$/.test(url)))
    throw new Error(
      `${url} answers ${response.status}: ${response.headers.get("location") ?? text.slice(0, 200)}`,
    );
  return { first, whole: performance.now() - start };
}

const username = "bench";

/** A session as a sign-in opens it, without leaving a trace of one in the history. */
async function signIn(sql: postgres.Sql, secret: string): Promise<string> {
  process.env.ANNALS_SECRET = secret;
  const { deriveKey } = await import("../../app/secret.ts");
  await sql`DELETE FROM annals.console_user WHERE username = ${username}`;
  const [session] = await sql`
    WITH made AS (
      INSERT INTO annals.console_user (username, label, role, password_hash)
      VALUES (${username}, 'Bench', 'superuser', 'none') RETURNING id)
    INSERT INTO annals.console_session (user_id) SELECT id FROM made RETURNING id::text, user_id::text`;
  const token = await encode({
    token: { sub: session?.user_id, session: session?.id },
    secret: deriveKey("session"),
  });
  return `annals.session=${token}; annals.scripting=1`;
}
