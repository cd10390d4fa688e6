import type { Annals } from "annals";
import { drizzleWithAnnals } from "annals/drizzle";
import type { Request } from "express";
import postgres, { type Sql } from "postgres";

export type Database = ReturnType<typeof openDatabase>;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

export function connect(url: string, applicationName: string, connections = 5): Sql {
  return postgres(url, {
    max: connections,
    onnotice: () => {},
    connection: { application_name: applicationName },
  });
}

/** Drizzle as the shop uses it. Every write through it carries who makes it, and in which request. */
export function openDatabase(sql: Sql, annals: Annals<Request>) {
  return drizzleWithAnnals(sql, annals);
}
