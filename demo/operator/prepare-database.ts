import { executorOf } from "annals/postgres";
import type { Sql } from "postgres";
import { AnnalsError } from "../../lib/errors.ts";
import { explainConnectionError } from "../../lib/migrate/explain-connection-error.ts";
import { migrate } from "../../lib/migrate/migrate.ts";
import { connect } from "../shop/database.ts";
import { migrateShop } from "../shop/migrate-shop.ts";
import type { SignIn } from "./announce.ts";
import { ensureConsoleUsers } from "./console-users.ts";
import { makeLoginRoles, quoted, urlAs } from "./login-roles.ts";
import type { State } from "./state.ts";
import { trackShop } from "./track-shop.ts";

/** As whom everybody connects. */
export interface Urls {
  operator: string;
  shop: string;
  console: string;
}

/**
 * What an operator does once, and again after an upgrade: login roles, `annals migrate`, the shop's own
 * migrations, `annals track`, console users. Each step finds out by itself whether there is anything to do.
 *
 * @throws AnnalsError DATABASE_UNREACHABLE, CONFIG_INVALID, and those of `migrate` and `track`
 */
export async function prepareDatabase(
  operatorUrl: string,
  state: State,
  log: (line: string) => void,
): Promise<{ urls: Urls; users: SignIn[] }> {
  // One connection: migrations and triggers are made under a lock of the session.
  const operator = connect(operatorUrl, "annals demo", 1);
  try {
    await refuseForeignShop(operator);
    await makeLoginRoles(operator, state);
    const urls = await chooseUrls(operatorUrl, state, log);
    await install(operator, state);
    const owner = state.databaseRoles.shop ? `AUTHORIZATION ${quoted(state.databaseRoles.shop.name)}` : "";
    await operator.unsafe(`CREATE SCHEMA IF NOT EXISTS shop ${owner}`);
    const shop = connect(urls.shop, "northgate migrations", 1);
    await migrateShop(shop).finally(() => shop.end());
    await trackShop(executorOf(operator));
    return { urls, users: await ensureConsoleUsers(executorOf(operator), state) };
  } catch (error) {
    throw explainConnectionError(error);
  } finally {
    await operator.end();
  }
}

/** The login roles where there are any and the server lets them in; else everybody is the operator. */
async function chooseUrls(operator: string, state: State, log: (line: string) => void): Promise<Urls> {
  const { shop, console } = state.databaseRoles;
  if (!shop || !console) {
    log("The role at DATABASE_URL may not make roles: shop and console connect as that role too.");
    return { operator, shop: operator, console: operator };
  }
  const urls = { operator, shop: urlAs(operator, shop), console: urlAs(operator, console) };
  const refusal = (await whyNot(urls.shop, shop.name)) ?? (await whyNot(urls.console, console.name));
  if (refusal === undefined) return urls;
  log(`The server does not let the demo's own roles in (${refusal}): shop and console connect as yours.`);
  state.databaseRoles = {};
  return { operator, shop: operator, console: operator };
}

async function whyNot(url: string, role: string): Promise<string | undefined> {
  const sql = connect(url, "annals demo", 1);
  try {
    const [row] = await sql<{ role: string }[]>`SELECT current_user AS role`;
    return row?.role === role ? undefined : `${row?.role} came in instead of ${role}`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await sql.end();
  }
}

/** `annals migrate`, and the console's role, which Annals gives to nobody by itself. */
async function install(operator: Sql, { databaseRoles }: State): Promise<void> {
  const { shop, console } = databaseRoles;
  const [row] = await operator<{ owner: string | null; mayMakeRoles: boolean }[]>`
    SELECT rolsuper OR rolcreaterole AS "mayMakeRoles",
      (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'annals') AS owner
    FROM pg_roles WHERE rolname = current_user`;
  const singleRole = !row?.mayMakeRoles && row?.owner !== "annals_owner";
  const hostRoles = shop && [shop.name];
  await migrate(executorOf(operator), { singleRole, hostRoles });
  if (console) await operator.unsafe(`GRANT annals_console TO ${quoted(console.name)}`);
}

/** A schema of that name that is not ours is none of our business. */
async function refuseForeignShop(operator: Sql): Promise<void> {
  const [row] = await operator<{ foreign: boolean }[]>`
    SELECT to_regnamespace('shop') IS NOT NULL AND to_regclass('shop.migrations') IS NULL
      AND EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('shop')) AS foreign`;
  if (!row?.foreign) return;
  const hint = "Give the demo a database of its own: it makes the schemas “annals” and “shop” in it.";
  throw new AnnalsError("CONFIG_INVALID", "The database at DATABASE_URL has a schema “shop” already", hint);
}
