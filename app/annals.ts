import type { NextRequest } from "@/lib/adapters/http/next.ts";
import { createAnnals } from "@/lib/index.ts";
import { database } from "./database.ts";

/**
 * The console as a host of the library: its sign-ins and failures are recorded like those of any application.
 * The database is connected when the first of them is written.
 */
export const annals = createAnnals<NextRequest<unknown>>({
  database: { query: (text, values) => database("rows").query(text, values) },
});

/** What records of the console say of where they come from. */
export const consoleModule = "console";
