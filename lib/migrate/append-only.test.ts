// The matrix of product and trust: which role can do what to which table, partitions included.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { allRoles } from "./role-names.ts";

/** Append-only for every role, also where a grant would allow it. */
const guarded = [
  "audit_log",
  "login_attempt",
  "data_export",
  "system_event",
  "segment",
  "head",
  "deletion",
  "tombstone",
  "drained_slot",
  "rejected",
  "relay_turn",
  "rollup_shape",
  "rollup_day",
  "rollup_month",
  "rollup_head",
  "secret",
  "outbox",
];
/** The owner's own books: nobody else may write them. */
const owned = ["migration", "routine", "installation", "tracked_table", "console_user", "console_session"];

const roles = [
  "annals_writer",
  "annals_reader",
  "annals_console",
  "annals_eraser",
  "annals_capture",
  "annals_relay",
  "annals_owner",
  "a superuser",
  "a stranger",
] as const;
type Role = (typeof roles)[number];
const statements = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"] as const;
type Statement = (typeof statements)[number];

interface Table {
  name: string;
  root: string;
  columns: { name: string; value: string }[];
}

let database: TestDatabase;
let session: Session;
let tables: Table[];
const stranger = `annals_stranger_${process.pid}`;

beforeAll(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
  await session.sql.unsafe(`CREATE ROLE ${stranger}`);
  tables = (await session.sql`
    select c.relname as name, coalesce(p.relname, c.relname) as root,
      (select json_agg(json_build_object('name', a.attname, 'value', case
          when a.atttypid = 'xid8'::regtype then '0' when a.atttypid = '"char"'::regtype then 'I'
          when a.attname = 'slot' then right(c.relname, 1) when a.attname = 'rows' then '1' else null end) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
    from pg_class c
    left join pg_inherits i on i.inhrelid = c.oid
    left join pg_class p on p.oid = i.inhparent
    where c.relnamespace = 'annals'::regnamespace and c.relkind in ('r', 'p')
    order by 1`) as unknown as Table[];
});

afterAll(async () => {
  await session.sql.unsafe(`DROP ROLE ${stranger}`);
  await session.close();
  await database.close();
});

function textOf(statement: Statement, { name, root, columns }: Table): string {
  const table = `annals.${name}`;
  const [first] = columns;
  if (statement === "INSERT") {
    if (root !== "outbox") return `INSERT INTO ${table} DEFAULT VALUES`;
    const slot = name === root ? "" : "slot, ";
    return `INSERT INTO ${table} (${slot}op, object_type, new_rows)
      VALUES (${slot && `${name.at(-1)}, `}'E', 'audit', '{"action": "FORGED"}')`;
  }
  if (statement === "UPDATE") return `UPDATE ${table} SET ${first?.name} = ${first?.name}`;
  if (statement === "SELECT") return `SELECT 1 FROM ${table} LIMIT 1`;
  return `${statement} ${statement === "DELETE" ? "FROM " : ""}${table}`;
}

/** Runs it as that role, undoes it, and says how it ended: done, denied (no grant), guarded, or the error's code. */
async function attempt(role: Role, text: string, setting = ""): Promise<string> {
  const name =
    role === "a superuser" ? new URL(database.url).username : role === "a stranger" ? stranger : role;
  await session.sql.unsafe(`BEGIN; ${setting} SET LOCAL ROLE ${name}`);
  try {
    await session.sql.unsafe(text);
    return "done";
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    if (/ is append-only: /.test(message)) return "guarded";
    return code === "42501" ? "denied" : code;
  } finally {
    await session.sql`rollback`;
  }
}

/** Who may read what: the only rows of the matrix with many entries. */
function mayRead(role: Role, { name, root }: Table): boolean {
  if (role === "a superuser" || role === "annals_owner") return true;
  const rollups = ["rollup_shape", "rollup_day", "rollup_month", "rollup_head"];
  const records = ["audit_log", "login_attempt", "data_export", "system_event"];
  if (role === "annals_reader" || role === "annals_console" || role === "annals_eraser") {
    const books = [
      "segment",
      "head",
      "deletion",
      "tombstone",
      "rejected",
      "tracked_table",
      "migration",
      "routine",
      "installation",
    ];
    return (
      [...records, ...rollups, ...books].includes(root) ||
      (role === "annals_console" && ["console_user", "console_session"].includes(root))
    );
  }
  if (role === "annals_relay") {
    return (
      root === "outbox" ||
      (name === root &&
        [...records, ...rollups, "segment", "head", "tracked_table", "drained_slot"].includes(root))
    );
  }
  return false;
}

/** What must come out. `denied` and `guarded` both leave the table as it was; who is stopped by which is part of it. */
function expected(role: Role, statement: Statement, table: Table): string {
  const { name, root } = table;
  if (statement === "SELECT") return mayRead(role, table) ? "done" : "denied";
  const isAll = role === "a superuser" || role === "annals_owner";
  // Whoever signs in opens a session, and ends it; none is ever changed.
  const opens = role === "annals_console" && root === "console_session";
  if (opens && (statement === "INSERT" || statement === "DELETE")) return "done";
  if (owned.includes(root)) return isAll ? "done" : "denied";
  if (root === "outbox" && statement === "INSERT") {
    const mayAppend = isAll || (name === root && ["annals_capture", "annals_relay"].includes(role));
    return mayAppend ? "done" : "denied";
  }
  if (isAll) return "guarded";
  if (role !== "annals_relay") return "denied";
  const relayGrants: Record<string, Statement[]> = {
    audit_log: ["INSERT"],
    login_attempt: ["INSERT"],
    data_export: ["INSERT"],
    system_event: ["INSERT"],
    segment: ["INSERT", "UPDATE", "DELETE"],
    head: ["UPDATE"],
    rejected: ["INSERT"],
    tombstone: ["INSERT"],
    drained_slot: ["INSERT", "DELETE"],
    relay_turn: ["DELETE"],
    rollup_day: ["INSERT", "UPDATE", "DELETE"],
    rollup_month: ["INSERT", "UPDATE", "DELETE"],
    rollup_head: ["UPDATE"],
    outbox: ["DELETE"],
  };
  const slotGrants: Statement[] = root === "outbox" ? ["TRUNCATE"] : [];
  const grants = name === root ? (relayGrants[root] ?? []) : slotGrants;
  return grants.includes(statement) ? "guarded" : "denied";
}

test("every table of the schema has its place in the matrix", () => {
  const roots = [...new Set(tables.map(({ root }) => root))].sort();
  expect(roots).toEqual([...guarded, ...owned].sort());
  expect(tables.filter(({ root }) => root === "audit_log").length).toBeGreaterThan(4);
});

describe.each(roles)("%s", (role) => {
  test.each(statements)("%s: exactly as the matrix says, on every table and partition", async (statement) => {
    const found: string[] = [];
    const wanted: string[] = [];
    for (const table of tables) {
      let outcome = await attempt(role, textOf(statement, table));
      // Past grants and guard, an empty row, or a table that others refer to, may still be refused.
      if (owned.includes(table.root) && ["23502", "23505", "0A000"].includes(outcome)) outcome = "done";
      found.push(`${table.name}: ${outcome}`);
      wanted.push(`${table.name}: ${expected(role, statement, table)}`);
    }
    expect(found).toEqual(wanted);
  });
});

test.each(["annals_owner", "a superuser"] as const)(
  "%s is stopped by the guard on a replica too",
  async (role) => {
    for (const { name, root } of tables.filter((table) => guarded.includes(table.root))) {
      for (const statement of ["UPDATE", "DELETE", "TRUNCATE"] as const) {
        const table = tables.find((one) => one.name === name) as Table;
        const outcome = await attempt(
          role,
          textOf(statement, table),
          "SET LOCAL session_replication_role = replica;",
        );
        expect(`${statement} ${root}/${name}: ${outcome}`).toBe(`${statement} ${root}/${name}: guarded`);
      }
    }
  },
);

test("the relay may fold into these columns and no other", async () => {
  const rows = await session.sql`
    select c.relname as table, string_agg(a.attname, ' ' order by a.attname) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'annals'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0
      and has_column_privilege('annals_relay', c.oid, a.attnum, 'UPDATE') and c.relname !~ '^(segment|head|rollup_(day|month|head))$'
    group by 1 order by 1`;
  expect(rows.map((row) => [row.table, row.columns])).toEqual([
    ["data_export", "columns download_count file_path file_size record_count sha256 status"],
    ["system_event", "last_seen_at occurrences resolution_note resolved resolved_at resolved_by"],
  ]);
});

test("every function has its owner and its callers, and PUBLIC is none of them", async () => {
  const rows = await session.sql`
    select p.proname as name, p.proowner::regrole::text as owner,
      (select coalesce(string_agg(case e.grantee when 0 then 'PUBLIC' else e.grantee::regrole::text end, ' ' order by 1), '')
       from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) e where e.grantee <> p.proowner) as callers
    from pg_proc p where p.pronamespace = 'annals'::regnamespace order by 1`;
  expect(Object.fromEntries(rows.map(({ name, owner, callers }) => [name, [owner, callers]]))).toEqual({
    record: ["annals_capture", "annals_writer"],
    relay: ["annals_relay", "annals_writer"],
    relay_apart: ["annals_owner", "annals_writer"],
    arrived: ["annals_relay", "annals_writer"],
    waiting: ["annals_relay", "annals_reader"],
    lag: ["annals_relay", "annals_reader"],
    file: ["annals_relay", ""],
    file_or_reject: ["annals_relay", ""],
    file_by_halves: ["annals_relay", ""],
    refused_events: ["annals_relay", ""],
    reject: ["annals_relay", ""],
    empty_slots: ["annals_relay", ""],
    keep_partitions: ["annals_relay", ""],
    keep_rollups: ["annals_relay", ""],
    close_months: ["annals_relay", ""],
    count_batch: ["annals_relay", ""],
    add_counts: ["annals_relay", ""],
    uncount: ["annals_relay", ""],
    repair_rollups: ["annals_relay", ""],
    rollup_differences: ["annals_relay", "annals_reader"],
    rollup_counts: ["annals_owner", "annals_relay"],
    present: ["annals_owner", "annals_relay"],
    present_value: ["annals_owner", "annals_relay"],
    repaired: ["annals_owner", "annals_capture annals_relay"],
    event_problem: ["annals_owner", "annals_capture annals_relay"],
    flawed: ["annals_owner", "annals_relay"],
    repaired_rows: ["annals_owner", "annals_relay"],
    repaired_event: ["annals_owner", "annals_relay"],
    repaired_context: ["annals_owner", "annals_relay"],
    ensure_partitions: ["annals_owner", "annals_eraser annals_relay"],
    settle_strays: ["annals_owner", ""],
    has_strays: ["annals_owner", "annals_relay"],
    let_read: ["annals_owner", ""],
    hold_filing: ["annals_owner", ""],
    retire_month: ["annals_owner", "annals_eraser"],
    forget_month: ["annals_relay", ""],
    month_witness: ["annals_owner", "annals_eraser"],
    end_sessions: ["annals_owner", ""],
    guard: ["annals_owner", ""],
    guard_tables: ["annals_owner", ""],
    apart: ["annals_owner", "annals_capture"],
    as_json: ["annals_owner", "annals_capture"],
    by_column: ["annals_owner", "annals_capture"],
    capture_mode: ["annals_owner", "annals_capture"],
    capture_plan: ["annals_owner", "annals_capture"],
    capture_stale: ["annals_owner", "annals_capture"],
    captured_tables: ["annals_owner", "annals_capture"],
    converted: ["annals_owner", "annals_capture"],
    most_rows: ["annals_owner", "annals_capture"],
    is_direct: ["annals_owner", "annals_capture"],
    is_masked: ["annals_owner", "annals_capture"],
    json_kinds: ["annals_owner", "annals_capture"],
    large_value: ["annals_owner", "annals_capture"],
    mask: ["annals_owner", "annals_capture"],
    masks: ["annals_owner", "annals_capture"],
    pin_settings: ["annals_owner", "annals_capture"],
    restore_settings: ["annals_owner", "annals_capture"],
    in_utc: ["annals_owner", "annals_relay"],
    secret_column: ["annals_owner", "annals_capture"],
  });
});

test("nobody but the owner may make anything in the schema, or become somebody else", async () => {
  for (const role of roles.filter((one) => !["a superuser", "annals_owner"].includes(one))) {
    expect(await attempt(role, "CREATE TABLE annals.mine (a int)")).toBe("denied");
    expect(await attempt(role, "CREATE FUNCTION annals.relay() RETURNS int LANGUAGE sql AS 'SELECT 1'")).toBe(
      "denied",
    );
    expect(await attempt(role, "ALTER TABLE annals.audit_log DISABLE TRIGGER annals_guard")).toBe("denied");
  }
  const members = await session.sql`
    select m.member::regrole::text as member, m.roleid::regrole::text as role from pg_auth_members m
    where m.roleid::regrole::text = any(${allRoles}) and m.member::regrole::text = any(${allRoles}) order by 1, 2`;
  expect(members.map(({ member, role }) => `${member} < ${role}`)).toEqual([
    "annals_console < annals_reader",
    "annals_console < annals_writer",
    "annals_eraser < annals_reader",
    "annals_owner < annals_capture",
    "annals_owner < annals_relay",
  ]);
});

test("a partition that the relay makes later has the same guard and the same rights", async () => {
  await session.sql`select annals.ensure_partitions(5)`;
  const later = { name: "audit_log_later", root: "audit_log", columns: [{ name: "seq", value: "" }] };
  const [row] =
    await session.sql`select max(relname) as name from pg_class where relname ~ '^audit_log_[0-9]{6}$'`;
  later.name = row?.name;
  expect(tables.map(({ name }) => name)).not.toContain(later.name);
  for (const role of roles) {
    for (const statement of statements) {
      expect(`${role} ${statement} ${await attempt(role, textOf(statement, later))}`).toBe(
        `${role} ${statement} ${expected(role, statement, later)}`,
      );
    }
  }
});

describe("a comment that looks like a line of the call stack", () => {
  const disguise = (statement: string) =>
    `DO $do$ BEGIN EXECUTE $sql$${statement} /*"
PL/pgSQL function annals.ensure_partitions(integer) line 1 at SQL statement
PL/pgSQL function annals.file(bigint[],bigint,boolean) line 1 at SQL statement
PL/pgSQL function annals.relay(integer) line 1 at PERFORM
*/$sql$; END $do$`;

  test.each(["annals_relay", "annals_owner", "a superuser"] as const)("opens nothing to %s", async (role) => {
    for (const table of tables.filter(({ root }) => guarded.includes(root) && root !== "outbox")) {
      for (const statement of ["INSERT", "UPDATE", "DELETE", "TRUNCATE"] as const) {
        const outcome = await attempt(role, disguise(textOf(statement, table)));
        expect(`${statement} ${table.name}: ${outcome}`).toMatch(/: (guarded|denied)$/);
      }
    }
  });

  test("opens nothing either when the session began as the role that files", async () => {
    await session.sql.unsafe(`SET SESSION AUTHORIZATION annals_relay`);
    const outcome = await session.sql
      .unsafe(disguise("UPDATE annals.head SET seq = seq + 1"))
      .catch(({ message }) => message);
    await session.sql.unsafe("RESET SESSION AUTHORIZATION");
    expect(outcome).toMatch(/append-only/);
  });
});
