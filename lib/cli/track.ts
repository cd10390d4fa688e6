import type { Command } from "commander";
import { isSameTable } from "../capture/find-relation.ts";
import { type CapturedAction, capturedActions } from "../capture/policy.ts";
import { type TrackedTable, track } from "../capture/track.ts";
import { AnnalsError } from "../errors.ts";
import { helpText } from "./help-text.ts";
import { listOption } from "./list-option.ts";
import { type Answer, type Desk, run } from "./run.ts";

interface Options {
  print?: boolean;
  mask?: string[];
  reveal?: string[];
  ignore?: string[];
  label?: string;
  as?: string;
  skipAction?: string[];
}

const right = "Connect as the role that owns the table and may act as annals_owner, or as a superuser.";

export function defineTrack(program: Command): void {
  program
    .command("track")
    .description("record every change of these tables, whoever makes it")
    .argument("[tables...]", "orders, shop.orders, '\"Order Lines\"'; none: `tables` of annals.config")
    .option("--print", "print the SQL, and run nothing")
    .option(
      "--mask <columns>",
      "columns whose values never leave the table, beside those named below",
      listOption,
    )
    .option(
      "--reveal <columns>",
      "columns with names like password that hold no secret after all",
      listOption,
    )
    .option("--ignore <columns>", "columns that are not recorded at all", listOption)
    .option("--label <column>", "the column that names an object to a reader")
    .option("--as <name>", "what its objects are called in the audit log (default: the table's name)")
    .option(
      "--skip-action <actions>",
      `actions that are not recorded: ${capturedActions.join(", ")}`,
      listOption,
    )
    .addHelpText(
      "after",
      helpText({
        notes: `
Connect as the role that owns the table and is a member of annals_owner, or as a superuser.

Masked without being told are columns with one of these words in their names: password (also passwd, passphrase,
passcode, pwd), secret, token, api_key, access_key, private_key, secret_key, encryption_key, signing_key, credential,
authorization, cookie, session_id, session_key, session_token, otp, totp, mfa, pin, pin_code, cvv, cvc, card_number,
pan, ssn, salt. So card_token and apiKey are, and tokenizer is not.

Lists may be repeated or separated by commas. What is not said here comes from \`masked\`, \`revealed\`, \`ignored\`,
\`labels\` and \`skipActions\` of annals.config, else it stays as it was. An empty list takes a choice back (--mask ''),
and --label '' names objects by their key alone.`,
        json: `[{schemaName, tableName, objectType, keyColumns, labelColumn, masked, revealed, ignored, skippedActions,
columns, functionName, statements, notes}], one for each table`,
        examples: [
          "annals track orders customers",
          "annals track customers --mask tax_number,iban --ignore last_seen_at --label full_name",
          "annals track shop.order_lines --print | psql shop",
        ],
      }),
    )
    .action((tables: string[], options: Options, command: Command) =>
      run(
        command,
        right,
        (desk) => trackTables(desk, tables, options),
        options.print ? "primary or standby" : "primary",
      ),
    );
}

async function trackTables(desk: Desk, named: readonly string[], options: Options): Promise<Answer> {
  const tables = named.length > 0 ? named : desk.config.tables;
  if (tables === undefined || tables.length === 0) {
    throw new AnnalsError(
      "USAGE",
      "No table is named",
      "Name one, such as `annals track orders`, or put `tables` into annals.config.",
    );
  }
  requireOneTable(tables, options);
  const done: TrackedTable[] = [];
  for (const table of tables) {
    const choices = await choicesFor(desk, table, options);
    done.push(
      ...(await track(desk.db, { tables: [table], ...choices }).catch((error) => {
        throw namingFlag(error, options);
      })),
    );
  }
  if (options.print) {
    const text = done.map(({ statements }) => `BEGIN;\n${statements.join(";\n")};\nCOMMIT;`).join("\n\n");
    return { data: done, text };
  }
  for (const { schemaName, tableName, notes } of done) {
    for (const note of notes) desk.note(`note: ${schemaName}.${tableName}: ${note}`);
  }
  return { data: done, text: done.map(describe).join("\n") };
}

/** What the command line says, else what the configuration says of this table, however it spells its name. */
async function choicesFor(
  { db, config }: Desk,
  table: string,
  options: Options,
): Promise<Omit<Parameters<typeof track>[1], "tables">> {
  const configured = async <Choice>(byTable: Readonly<Record<string, Choice>> = {}) => {
    for (const [name, choice] of Object.entries(byTable)) {
      if (await isSameTable(db, name, table)) return choice;
    }
    return undefined;
  };
  return {
    print: options.print,
    masked: options.mask ?? (await configured(config.masked)),
    revealed: options.reveal ?? (await configured(config.revealed)),
    ignored: options.ignore ?? (await configured(config.ignored)),
    label: options.label ?? (await configured(config.labels)),
    as: options.as,
    skipActions: options.skipAction
      ? readActions(options.skipAction)
      : config.skipActions?.filter(isCaptured),
  };
}

const flags = { masked: "mask", revealed: "reveal", ignored: "ignore", label: "label" } as const;

/** An error about a choice that was made here calls it as it was written here; else it is that of the configuration. */
function namingFlag(error: unknown, options: Options): unknown {
  if (!(error instanceof AnnalsError)) return error;
  const [, name = "", rest = ""] = /^(masked|revealed|ignored|label): (.*)$/s.exec(error.message) ?? [];
  const flag = Object.hasOwn(flags, name) ? flags[name as keyof typeof flags] : undefined;
  if (flag === undefined || options[flag] === undefined) return error;
  return new AnnalsError(error.code, `--${flag}: ${rest}`, error.hint, { cause: error });
}

function isCaptured(action: string): action is CapturedAction {
  return (capturedActions as readonly string[]).includes(action);
}

function readActions(names: readonly string[]): CapturedAction[] {
  const actions = names.map((name) => name.toUpperCase());
  const unknown = actions.find((action) => !isCaptured(action));
  if (unknown === undefined) return actions.filter(isCaptured);
  throw new AnnalsError(
    "USAGE",
    `--skip-action is ${JSON.stringify(unknown.slice(0, 80))}`,
    `It must be one of ${capturedActions.join(", ")}.`,
  );
}

/** Columns and names are those of one table. */
function requireOneTable(tables: readonly string[], options: Options): void {
  if (tables.length === 1) return;
  const names = ["mask", "reveal", "ignore", "label", "as"] as const;
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new AnnalsError(
    "USAGE",
    `--${given} is about one table, and ${tables.length} are named`,
    "Track that table by itself; the others keep what was chosen for them.",
  );
}

function describe(table: TrackedTable): string {
  const { schemaName, tableName, objectType, keyColumns, labelColumn, masked, ignored, skippedActions } =
    table;
  const name = `${schemaName}.${tableName}`;
  const facts = [
    `key ${keyColumns.join(", ") || "none"}`,
    labelColumn && `label ${labelColumn}`,
    masked.length > 0 && `masked ${masked.join(", ")}`,
    ignored.length > 0 && `ignored ${ignored.join(", ")}`,
    skippedActions.length > 0 && `not recorded ${skippedActions.join(", ")}`,
  ];
  return `${name} is tracked as “${objectType}” (${facts.filter(Boolean).join("; ")})`;
}
