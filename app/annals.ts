import type { NextRequest } from "@/lib/adapters/http/next.ts";
import { type Annals, createAnnals } from "@/lib/index.ts";
import { database } from "./database.ts";

let made: Annals<NextRequest<unknown>> | undefined;

/**
 * The console as a host of the library: its sign-ins and failures are recorded like those of any application.
 * Made when it is first needed, since a build loads this file without a configuration.
 */
export function annals(): Annals<NextRequest<unknown>> {
  made ??= createAnnals({ database: { query: (text, values) => database("access").query(text, values) } });
  return made;
}

/** What records of the console say of where they come from. */
export const consoleModule = "console";
