import type { Instrumentation } from "next";

/** Once, before the first request: what is missing is said now, and the console begins to file what waits. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startConsole } = await import("./app/start-console.ts");
  startConsole();
}

/** What the console itself throws is a system event, as in any application that uses the library. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { annalsOnRequestError } = await import("./lib/adapters/http/next.ts");
  const { annals } = await import("./app/annals.ts");
  await annalsOnRequestError(annals())(error, request, context);
};
