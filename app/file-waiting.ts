import { catchUp } from "@/lib/relay/catch-up.ts";
import { database } from "./database.ts";
import { reportError } from "./reference.ts";

/**
 * Files a bounded batch of what waits in the outbox. Where that fails, what is filed already can still be read: the
 * failure is reported and keeps nobody from it.
 */
export async function fileWaiting(): Promise<void> {
  try {
    await catchUp(database("access"), { maxRows: 5000, maxMs: 200 });
  } catch (error) {
    reportError("what waits could not be filed", error);
  }
}
