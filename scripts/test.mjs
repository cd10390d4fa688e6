// `npm test`: unit and integration tests on a PostgreSQL of their own (and once more on TEST_DATABASE_URL where
// that is given), then the end-to-end tests in a browser. The last line of stdout sums them up.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const reports = mkdtempSync(join(tmpdir(), "annals-reports-"));
const total = { passed: 0, failed: 0 };

/** Runs a script of a package, its output going straight through; the exit code, or 1 after a signal. */
function run(script, args, env = {}) {
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const pass = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, pass);
      resolve(code ?? 1);
    });
  });
}

/** Adds a report to the sums. What did not run has not passed, and a runner that ran nothing has failed. */
function count(name, code, file, read) {
  const found = existsSync(file)
    ? read(JSON.parse(readFileSync(file, "utf8")))
    : { passed: 0, failed: 0, left: 0 };
  if (found.left > 0) console.log(`${name}: ${found.left} not run, counted as failed`);
  let failed = found.failed + found.left;
  if (failed === 0 && (code !== 0 || found.passed === 0)) {
    console.log(
      `${name}: ${found.passed === 0 ? "no test ran" : `ended with ${code}`}, counted as one failure`,
    );
    failed = 1;
  }
  total.passed += found.passed;
  total.failed += failed;
}

async function vitest(name, args, env) {
  const file = join(reports, `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await run("node_modules/vitest/vitest.mjs", ["run", ...args, ...reporters], env);
  count(name, code, file, (report) => ({
    passed: report.numPassedTests,
    // A file that does not even load holds no test that could fail.
    failed:
      report.numFailedTests +
      report.testResults.filter(
        (result) => result.status === "failed" && result.assertionResults.length === 0,
      ).length,
    left: report.numPendingTests + report.numTodoTests,
  }));
}

async function playwright() {
  const file = join(reports, "e2e.json");
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: file, PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  const code = await run("node_modules/@playwright/test/cli.js", ["test", "--reporter=list,json"], env);
  count("e2e", code, file, ({ stats, errors }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    left: stats.skipped,
  }));
}

const missing = ["vitest", "@playwright/test"].filter(
  (name) => !existsSync(join(root, "node_modules", name)),
);
if (missing.length > 0) {
  console.log(`Not installed: ${missing.join(", ")}. Run \`npm ci\` first.`);
  console.log("0 passed, 1 failed");
  process.exit(1);
}

try {
  if ((await run("scripts/embed-sql.mjs", [])) === 0) {
    await vitest("unit", [], { TEST_DATABASE_URL: "" });
    if (process.env.TEST_DATABASE_URL) await vitest("given-server", ["lib", "testing"]);
    await playwright();
  } else {
    total.failed += 1;
  }
} finally {
  rmSync(reports, { recursive: true });
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
