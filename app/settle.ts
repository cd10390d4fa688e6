import { unstable_rethrow } from "next/navigation";
import type { Permission } from "@/lib/access/permissions.ts";
import { Denial } from "./denial.ts";
import { reportError } from "./reference.ts";

/** What a part of a page came to: its value or, in words that a reader may see, why there is none. */
export type Settled<Value> = { value: Value } | { failure: Failure };

export interface Failure {
  reference: string;
  /** A whole sentence. */
  because: string;
  /** It was no failure: the reader lacks this right. */
  needs?: Permission;
}

/**
 * Waits for a part of a page without letting its failure become that of the page, nor an empty result.
 * `what` names it in the log of the server.
 */
export async function settle<Value>(what: string, work: Promise<Value>): Promise<Settled<Value>> {
  try {
    return { value: await work };
  } catch (error) {
    unstable_rethrow(error);
    if (error instanceof Denial)
      return { failure: { reference: "none", because: error.message, needs: error.needs } };
    return {
      failure: { reference: reportError(`${what} could not be read`, error), because: explain(error) },
    };
  }
}

const unreachable = /^(ECONN|EHOSTUNREACH|ENOTFOUND|ETIMEDOUT|EPIPE|CONNECT|CONNECTION_|57P0|08|3D000|28)/;

function explain(error: unknown): string {
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  if (code === "57014") return "The database did not answer in time.";
  if (unreachable.test(code)) return "The database could not be reached.";
  if (code === "DATABASE_UNREACHABLE") return "The database could not be reached.";
  if (code === "42P01" || code === "3F000" || code === "42883" || code === "42501")
    return "The database is not set up for this version of the console.";
  return "Something went wrong on the server.";
}
