// `npm run bench -- <name> [--json] [flags]`: exit code 0 when every goal is met, 1 when one is missed or the
// bench fails, 2 when the command line makes no sense.
import { AnnalsError } from "../lib/errors.ts";
import { benches } from "./benches.ts";
import { listBenches } from "./list-benches.ts";
import { readArguments } from "./read-arguments.ts";
import { formatTable } from "./table.ts";

async function main(args: readonly string[]): Promise<number> {
  const request = readArguments(args, benches);
  if (!request.bench) {
    console.log(listBenches(request.told));
    return 0;
  }
  const { bench, flags, json } = request;
  const results = await bench.run({
    flag: (name) => flags.get(name) as number,
    text: (name) => flags.get(name) as string,
    say: (line) => console.error(line),
  });
  console.log(formatTable(results));
  if (json) console.log(JSON.stringify({ results }));
  return results.every(({ ok }) => ok) ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof AnnalsError)) throw error;
  console.error(`${error.message} ${error.hint}`);
  process.exitCode = error.code === "USAGE" ? 2 : 1;
}
