import { AnnalsError } from "@/lib/errors.ts";
import { notePeerAddresses } from "./auth/peer-address.ts";
import { readSecret } from "./secret.ts";

/** Ends the process where it cannot serve: a console without a secret would sign sessions that anybody can. */
export async function startConsole(): Promise<void> {
  try {
    readSecret();
  } catch (error) {
    if (!(error instanceof AnnalsError)) throw error;
    console.error(`annals console: ${error.message}\n${error.hint}`);
    process.exit(1);
  }
  notePeerAddresses();
}
