import { type Command, Option } from "commander";
import { type Viewer, viewerOf } from "../access/viewer.ts";
import type { Context } from "../context/context.ts";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { exportRecords } from "../export/export-records.ts";
import { type ExportFormat, exportFormats } from "../export/formats.ts";
import type { Search } from "../query/search.ts";
import { formatSearch, parseSearch } from "../query/search-params.ts";
import { waitingEvents } from "../query/waiting-events.ts";
import type { Definition } from "../records/define.ts";
import { logDataExport } from "../records/exports/write.ts";
import { definitions, isKind, kinds } from "../records/kinds.ts";
import { accountName } from "./account-name.ts";
import { helpText } from "./help-text.ts";
import { interruption } from "./interruption.ts";
import { listOption } from "./list-option.ts";
import { numberOption } from "./number-option.ts";
import { openOutput } from "./open-output.ts";
import { openRecorder } from "./open-recorder.ts";
import { type Answer, type Desk, run } from "./run.ts";

interface Options {
  format: ExportFormat;
  filter: string;
  columns?: string[];
  out?: string;
  maxRows?: number;
  actor?: string;
}

const right =
  "Connect as a role that may read and record: GRANT annals_reader, annals_writer TO it. annals_console is one.";

export function defineExport(program: Command): void {
  program
    .command("export")
    .description("write the records of one kind to a file or to standard output")
    .argument("<kind>", kinds.join(", "))
    .addOption(
      new Option("--format <format>", "ndjson: a JSON object a line; csv: for spreadsheets")
        .choices(exportFormats)
        .default("ndjson"),
    )
    .option("--filter <query>", "which ones: the part behind the ? of a list's address in the console", "")
    .option("--columns <names>", "stored columns, in their order (default: all)", listOption)
    .option("--out <file>", "where to; there is no such file before all is in it (default: standard output)")
    .option(
      "--max-rows <n>",
      "rather nothing than more rows than this",
      numberOption("--max-rows", "rows", 0),
    )
    .option("--actor <id>", "who exports, for the record (default: the account of this machine)")
    .addHelpText(
      "after",
      helpText({
        notes: `
Without from, to or on in the filter these are the last seven days, as in the console; from=all is everything. A filter
that cannot be understood is an error. What still waits in the outbox is not in it: \`annals relay --once\` before.

All is read as of one moment, however long it takes. In CSV a text that a spreadsheet would take for a formula has an
apostrophe before it; NDJSON has every text as it is. Times are UTC.

Each export is itself on record, with its filters, rows, bytes and SHA-256: as started before the first byte, then as
completed, or as failed where it was interrupted. Who ran it is what is claimed here, and is recorded as that.
Rows, bytes and SHA-256 are told on standard error.`,
        json: "{eventId, kind, format, rows, bytes, sha256, search, file}; on standard error where the records go to standard output",
        failed: "failed, or interrupted",
        examples: [
          "annals export audit --filter 'on=2026-03&action=!VIEW' > march.ndjson",
          "annals export logins --filter 'status=FAILED&from=now-30d' --format csv --out failed.csv",
          "annals export audit --filter from=all | gzip > audit.ndjson.gz",
        ],
      }),
    )
    .action((kind: string, options: Options, command: Command) => {
      const { definition, search } = readRequest(kind, options.filter);
      return run(command, right, (desk) => exportTo(desk, definition, search, options));
    });
}

/** @throws AnnalsError USAGE, since a filter that is left out would widen what is exported */
function readRequest(kind: string, filter: string): { definition: Definition; search: Search } {
  if (!isKind(kind)) {
    const given = JSON.stringify(kind.slice(0, 80));
    throw new AnnalsError(
      "USAGE",
      `The kind of record is ${given}`,
      `It must be one of ${kinds.join(", ")}.`,
    );
  }
  const definition = definitions[kind] as Definition;
  const { search, problems } = parseSearch(definition, new URLSearchParams(filter), new Date());
  if (problems.length === 0) return { definition, search };
  throw new AnnalsError(
    "USAGE",
    `--filter: ${problems.map(({ param, value, reason }) => `${param}=${value} ${reason}`).join("; ")}`,
    `It takes what the console's list of these records has behind the ? of its address, such as on=2026-03.`,
  );
}

async function exportTo(
  { db, openReader, config, json, note }: Desk,
  definition: Definition,
  search: Search,
  { format, columns, out, maxRows, actor = accountName() }: Options,
): Promise<Answer> {
  const source = await openReader();
  const interrupted = interruption();
  const output = await openOutput(out);
  try {
    const context: Context = {
      actor: actor === "" ? null : { id: actor, label: actor },
      module: "annals export",
    };
    const recorder = openRecorder(db, config);
    // Whoever may connect as such a role reads everything anyway.
    const viewer = viewerOf({
      id: actor,
      username: actor || "annals export",
      label: actor,
      role: "superuser",
    });
    // Asked for before the snapshot, or what is filed between would be missed; told once there is an export to tell of.
    const missing = await warnings(db, viewer, definition, search);
    const { eventId, body, done } = await exportRecords(
      source,
      { logDataExport: (event) => logDataExport(recorder, event, { context }) },
      viewer,
      definition,
      search,
      { format, columns, maxRows, filePath: output.path, signal: interrupted.signal },
    );
    for (const line of missing) note(`note: ${line}`);
    try {
      await output.write(body);
    } catch (error) {
      // The body is cancelled, and that has to get on record while there is a connection.
      await Promise.allSettled([done]);
      throw error;
    }
    const summary = await done;
    await output.finish();
    const data = {
      eventId,
      kind: definition.kind,
      format,
      ...summary,
      search: formatSearch(definition, search),
      file: output.path ?? null,
    };
    const { rows, bytes, sha256 } = summary;
    note(
      `annals export: ${rows.toLocaleString("en")} ${rows === 1 ? definition.noun.one : definition.noun.many}, ${bytes.toLocaleString("en")} bytes, SHA-256 ${sha256}`,
    );
    if (output.path !== undefined) return { data, text: "" };
    if (json) console.error(JSON.stringify(data));
    return { data: undefined, text: "" };
  } finally {
    interrupted.release();
    await output.discard();
  }
}

/** What may not be in it although somebody expects it. */
async function warnings(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
): Promise<string[]> {
  const given = new URLSearchParams(formatSearch(definition, search));
  const isDefault = !["from", "to", "on"].some((param) => given.has(param));
  const { count = 0, capped = false } = (await waitingEvents(db, viewer)) ?? {};
  return [
    ...(isDefault ? ["these are the last seven days; --filter from=all is everything"] : []),
    ...(count > 0
      ? [
          count === 1
            ? "1 event waits to be filed and is not in it"
            : `${capped ? "more than " : ""}${count.toLocaleString("en")} events wait to be filed and are not in it`,
        ]
      : []),
  ];
}
