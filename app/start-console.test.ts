import { expect, test, vi } from "vitest";
import { startConsole } from "./start-console.ts";

test("a console whose reading has a URL that cannot be read ends at once and says which, without its password", () => {
  vi.stubEnv("ANNALS_SECRET", "x".repeat(32));
  vi.stubEnv("DATABASE_URL", "postgres://annals@host/annals");
  vi.stubEnv("ANNALS_READ_URL", "postgres://annals:sEcret%@replica/annals");
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
  startConsole();
  vi.unstubAllEnvs();
  expect(exit).toHaveBeenCalledWith(1);
  expect(said.mock.calls.join()).toContain("ANNALS_READ_URL is not usable");
  expect(said.mock.calls.join()).not.toContain("sEcret");
});
