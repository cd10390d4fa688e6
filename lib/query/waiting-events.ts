import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Count } from "./count-records.ts";

/** How many events wait in the outbox: "1,204 events being filed". Exact up to 10,000. */
export async function waitingEvents(db: Executor, viewer: Viewer): Promise<Count> {
  throw new Error(`not yet ${db} ${viewer.id}`);
}
