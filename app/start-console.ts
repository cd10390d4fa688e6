import { AnnalsError } from "@/lib/errors.ts";
import { startRelay } from "@/lib/relay/start-relay.ts";
import { addressFinder } from "./auth/client.ts";
import { database } from "./database.ts";
import { meetRequests } from "./meet-requests.ts";
import { readSecret } from "./secret.ts";

/**
 * Makes the console ready, and files what is captured for as long as it runs. Ends the process where it cannot
 * serve: a console without a secret would sign sessions that anybody can.
 */
export function startConsole(): void {
  try {
    readSecret();
    addressFinder();
    // Connects to nothing yet; but what it will read may be elsewhere, at a URL that cannot be read.
    database("rows");
    meetRequests();
    startRelay(database("relay"));
  } catch (error) {
    if (!(error instanceof AnnalsError)) throw error;
    console.error(`annals console: ${error.message}\n${error.hint}`);
    process.exit(1);
  }
}
