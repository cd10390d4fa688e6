import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import tsconfig from "./tsconfig.json" with { type: "json" };

// The paths of tsconfig.json hold for tests too. Exact ones come first: `annals` must not catch `annals/next`.
const alias = Object.entries(tsconfig.compilerOptions.paths).map(([from, [to = ""]]) => ({
  find: new RegExp(`^${from.replace("/*", "/(.*)")}$`),
  replacement: fileURLToPath(new URL(to.replace("/*", "/$1"), import.meta.url)),
}));

export default defineConfig({
  resolve: { alias },
  test: {
    include: ["lib", "demo", "embedded", "testing", "components", "app", "bench", "scripts", "docs"].map(
      (room) => `${room}/**/*.test.{ts,tsx}`,
    ),
    exclude: ["**/node_modules/**", "lib/dist/**"],
    globalSetup: "testing/global-setup.ts",
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A test that proves nothing is a failure.
    expect: { requireAssertions: true },
    allowOnly: false,
  },
});
