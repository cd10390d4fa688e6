import postgres from "postgres";
import { requireDatabaseUrl } from "@/lib/adapters/db/database-url.ts";
import { PatientClient } from "@/lib/adapters/db/patient-client.ts";
import { AnnalsError } from "@/lib/errors.ts";
import type { Executor } from "@/lib/executor.ts";
import { readingSettings } from "@/lib/query/reading-settings.ts";

/**
 * `rows`: what a page cannot do without, 5 s. `figures`: counts, facets and the date strip, 1.5 s; they have
 * connections of their own, so that slow figures never keep rows waiting. Both only read, where ANNALS_READ_URL
 * says: it may be a replica. `access`: who is reading, sign-ins, and all else that must be so at once or writes.
 * `relay`: filing what has been captured.
 */
export type QueryClass = "rows" | "figures" | "access" | "relay";

const limits = {
  rows: { max: 4, timeout: 5000, reads: true },
  figures: { max: 4, timeout: 1500, reads: true },
  access: { max: 4, timeout: 5000, reads: false },
  relay: { max: 1, timeout: 60_000, reads: false },
} as const;

// Kept on the process: `next dev` loads this module anew after each edit.
const held = globalThis as { annalsConsole?: Partial<Record<QueryClass, PatientClient>> };

/** The database of the console, for one class of queries. Connects when it is first used. */
export function database(of: QueryClass): Executor {
  held.annalsConsole ??= {};
  held.annalsConsole[of] ??= new PatientClient(() => connect(of), limits[of].timeout + 2500);
  return held.annalsConsole[of].db;
}

function connect(of: QueryClass): postgres.Sql {
  const { max, timeout, reads } = limits[of];
  return postgres(urlOf(reads), {
    max,
    idle_timeout: 60,
    connect_timeout: 5,
    onnotice: () => {},
    connection: {
      application_name: `annals console (${of})`,
      statement_timeout: timeout,
      // On a primary too, so that what reads is held to it before there is a replica.
      ...(reads && { default_transaction_read_only: true, ...readingSettings }),
    },
  });
}

/** @throws AnnalsError CONFIG_INVALID without a URL that can be read */
function urlOf(reads: boolean): string {
  const setting = reads && process.env.ANNALS_READ_URL ? "ANNALS_READ_URL" : "DATABASE_URL";
  const url = process.env[setting];
  if (!url)
    throw new AnnalsError(
      "CONFIG_INVALID",
      "DATABASE_URL is not set.",
      "Set it to the database in which `npx annals migrate` was run: postgres://user:password@host:5432/name",
    );
  return requireDatabaseUrl(url, setting);
}
