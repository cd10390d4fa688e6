import { AsyncLocalStorage } from "node:async_hooks";
import type { ServerResponse } from "node:http";

// Kept on the process: what meets requests and what draws pages are built apart.
const held = globalThis as { annalsResponses?: AsyncLocalStorage<ServerResponse> };

/** Lets `answerWith` find the response, in all that `work` sets off. */
export function withResponse<Result>(response: ServerResponse, work: () => Result): Result {
  held.annalsResponses ??= new AsyncLocalStorage();
  return held.annalsResponses.run(response, work);
}

/**
 * Sets the status of the page that is being drawn. Next has no way to, except by an error of its own, whose page
 * only a script can show.
 */
export function answerWith(status: number): void {
  const response = held.annalsResponses?.getStore();
  if (response && !response.headersSent) response.statusCode = status;
}
