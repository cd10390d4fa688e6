/** Once, before the first request: what is missing is said now, and the console starts to file what waits. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startConsole } = await import("./app/start-console.ts");
  await startConsole();
}
