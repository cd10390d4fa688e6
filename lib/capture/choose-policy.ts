import { AnnalsError } from "../errors.ts";
import type { Relation } from "./find-relation.ts";
import { type CapturePolicy, captureFunctionName } from "./policy.ts";
import type { TrackOptions } from "./track-options.ts";

/** Columns that name an object to a reader, the best first. */
const labelCandidates = [
  "label",
  "title",
  "full_name",
  "display_name",
  "name",
  "number",
  "reference",
  "code",
  "sku",
  "slug",
  "username",
  "email",
  "subject",
];

/**
 * What to capture of a table: the options, else what was chosen before, else the default.
 *
 * @throws AnnalsError CONFIG_INVALID when an option names a column that is not there, or an object type that
 * another table has
 */
export function choosePolicy(
  relation: Relation,
  options: TrackOptions,
  tracked: readonly CapturePolicy[],
): CapturePolicy {
  const { schemaName, tableName, columns, keyColumns } = relation;
  const names = columns.map(({ name }) => name);
  // The triggers travel with a table that is renamed, and with them the function and its policy.
  const before =
    tracked.find(({ functionName }) => relation.attached.includes(functionName)) ??
    tracked.find((policy) => policy.schemaName === schemaName && policy.tableName === tableName);
  const plainName = schemaName === "public" ? tableName : `${schemaName}.${tableName}`;
  const policy: CapturePolicy = {
    schemaName,
    tableName,
    objectType: options.as ?? before?.objectType ?? plainName,
    keyColumns,
    labelColumn: chooseLabel(options.label, before, relation),
    masked: [...(options.masked ?? before?.masked ?? [])],
    revealed: [...(options.revealed ?? before?.revealed ?? [])],
    ignored: [...(options.ignored ?? before?.ignored ?? [])],
    skippedActions: [...(options.skipActions ?? before?.skippedActions ?? [])],
    columns,
    functionName: before?.functionName ?? captureFunctionName(schemaName, tableName),
  };
  requireColumns(relation, names, "masked", options.masked);
  requireColumns(relation, names, "revealed", options.revealed);
  requireColumns(relation, names, "ignored", options.ignored);
  requireColumns(relation, names, "label", options.label ? [options.label] : []);
  requireNoKey(policy);
  const other = tracked.find(
    (t) => t.objectType === policy.objectType && t.functionName !== policy.functionName,
  );
  if (other) {
    throw new AnnalsError(
      "CONFIG_INVALID",
      `Objects called “${policy.objectType}” are those of ${other.schemaName}.${other.tableName} already.`,
      "Choose another name with --as.",
    );
  }
  return policy;
}

function requireColumns(
  { schemaName, tableName }: Relation,
  names: readonly string[],
  option: string,
  wanted: readonly string[] = [],
): void {
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw new AnnalsError(
    "CONFIG_INVALID",
    `${option}: ${schemaName}.${tableName} has no column ${missing.map((name) => `“${name}”`).join(", ")}.`,
    `Its columns are: ${names.join(", ")}.`,
  );
}

/** Without its key an object could not be told from the next. */
function requireNoKey({ keyColumns, ignored, masked, schemaName, tableName }: CapturePolicy): void {
  const lost = keyColumns.filter((name) => ignored.includes(name) || masked.includes(name));
  if (lost.length === 0) return;
  throw new AnnalsError(
    "CONFIG_INVALID",
    `${lost.join(", ")} is the key of ${schemaName}.${tableName}: it can be neither masked nor ignored.`,
    "Events would not say which object they are about. Leave it out of the option.",
  );
}

/** What is said now, else what was chosen before, none included, else the best that is there. */
function chooseLabel(
  said: string | undefined,
  before: CapturePolicy | undefined,
  { columns, keyColumns }: Relation,
): string | null {
  if (said !== undefined) return said || null;
  const names = columns.map(({ name }) => name);
  const isKept = before && (before.labelColumn === null || names.includes(before.labelColumn));
  return isKept ? before.labelColumn : defaultLabel(names, keyColumns);
}

function defaultLabel(names: readonly string[], keyColumns: readonly string[]): string | null {
  return labelCandidates.find((name) => names.includes(name) && !keyColumns.includes(name)) ?? null;
}
