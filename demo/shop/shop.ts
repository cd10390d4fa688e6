import type { Annals } from "annals";
import type { Request } from "express";
import type { Database } from "./database.ts";
import type { Sessions } from "./sessions.ts";

/** What the routes and jobs of Northgate work with. */
export interface Shop {
  annals: Annals<Request>;
  db: Database;
  sessions: Sessions;
}
