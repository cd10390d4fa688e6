import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Sql } from "postgres";
import { Random } from "../driver/random.ts";
import type { Transaction } from "../shop/database.ts";
import type { Shop } from "../shop/shop.ts";

const staff = ["ines.calder", "tom.arkwright", "priya.nair", "lena.petrova", "samuel.osei"];
const jobs = ["nightly-billing", "stock-sync", "credit-review", "archive"];
const modules = ["orders", "billing", "warehouse", "crm"];
const notes = ["Checked", "Call back", "Partial delivery", "On hold", "Confirmed by mail", "Moved to spring"];
const statuses = ["open", "paid", "shipped", "invoiced", "cancelled"];

/** Orders that the history is about; when they are there, it goes on by changing them. */
const pool = 20_000;

/**
 * Adds `rows` events to the history, by statements over up to 2,000 orders at once, in the name of many actors.
 * They are captured by the triggers and filed by the relay, as everything is. `operator` may run the relay.
 */
export async function writeBulkHistory(
  shop: Shop,
  operator: Sql,
  options: { rows: number; seed: number; report: (done: number) => void },
): Promise<void> {
  const random = new Random(options.seed);
  const [first] = await operator<{ orders: number }[]>`SELECT count(*)::int AS orders FROM shop.orders`;
  let orders = first?.orders ?? 0;
  let done = 0;
  let filed = 0;
  while (done < options.rows) {
    const wanted = Math.min(random.between(1, 2_000), options.rows - done);
    const isNew = orders < pool;
    const statement = isNew ? placeOrders(random, wanted) : changeOrders(random, Math.min(wanted, orders));
    const count = await shop.annals.run(someContext(random), () =>
      shop.db.transaction(async (transaction: Transaction) => (await transaction.execute(statement)).count),
    );
    done += count;
    if (isNew) orders += count;
    if (done - filed >= 10_000 || done >= options.rows) {
      while ((await relay(operator)) > 0) options.report(done);
      filed = done;
    }
    options.report(done);
  }
}

function someContext(random: Random) {
  const isJob = random.next() < 0.3;
  const name = random.pick(isJob ? jobs : staff);
  return {
    actor: { kind: isJob ? ("job" as const) : ("user" as const), id: name, label: name },
    module: random.pick(modules),
    ip: isJob ? undefined : `203.0.113.${random.between(1, 254)}`,
    requestId: randomUUID(),
  };
}

function placeOrders(random: Random, count: number) {
  const note = random.pick(notes);
  return sql`
    INSERT INTO shop.orders (customer_id, status, total, note, delivery)
    SELECT id, ${random.pick(statuses)}, round((10 + random() * 900)::numeric, 2), ${note}, address
    FROM shop.customers CROSS JOIN generate_series(1, ${count})
    LIMIT ${count}`;
}

/** Always a change: the note ends in a number that is new. */
function changeOrders(random: Random, count: number) {
  const note = `${random.pick(notes)} (${random.between(1, 1_000_000)})`;
  return sql`
    UPDATE shop.orders
    SET note = ${note}, total = total + ${random.between(1, 900)}::numeric / 100, status = ${random.pick(statuses)}
    WHERE id IN (
      SELECT id FROM shop.orders WHERE id >= (SELECT min(id) + ${random.between(0, pool - count)} FROM shop.orders)
      ORDER BY id LIMIT ${count})`;
}

async function relay(operator: Sql): Promise<number> {
  const [row] = await operator<{ taken: string }[]>`SELECT annals.relay(10000) AS taken`;
  return Number(row?.taken ?? 0);
}
