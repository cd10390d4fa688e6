import { AnnalsError } from "../errors.ts";
import type { Kind } from "../records/define.ts";
import { kinds } from "../records/kinds.ts";

/** How long the events of one kind are kept, and where they go then. */
export interface RetentionRule {
  /** Such as `90 days`, `24 months` or `6 years`. A month goes when all of it is older. */
  keep: string;
  /** Instead of the folder for all kinds; `false`: these are dropped without an archive. */
  archive?: string | false;
}

/** `retention` of the configuration. A kind without a rule is kept for ever. */
export interface RetentionConfig extends Partial<Record<Kind, RetentionRule>> {
  /** A folder that is there. `false`: nothing is archived. Without it each rule has to say. */
  archive?: string | false;
}

export interface Policy {
  kind: Kind;
  keep: string;
  /** Undefined where nobody has said; `false` where nothing is to be archived. */
  archive: string | false | undefined;
}

const form = /^([1-9]\d{0,4}) (days?|months?|years?)$/;

/** What is wrong with such a configuration, in words that follow "retention"; undefined when nothing is. */
export function retentionProblem(value: unknown): string | undefined {
  if (!isObject(value))
    return ' must be an object such as { archive: "/srv/annals", audit: { keep: "24 months" } }';
  for (const [name, rule] of Object.entries(value)) {
    if (rule === undefined) continue;
    if (name === "archive") {
      if (!isArchive(rule)) return ".archive must be the path of a folder, or false";
      continue;
    }
    if (!(kinds as readonly string[]).includes(name)) {
      return `.${name.slice(0, 40)} is no kind of record; there are ${kinds.join(", ")}, and archive`;
    }
    if (!isObject(rule)) return `.${name} must be an object such as { keep: "24 months" }`;
    const strange = Object.keys(rule).find((key) => key !== "keep" && key !== "archive");
    if (strange !== undefined)
      return `.${name} has no field ${JSON.stringify(strange.slice(0, 40))}; there are keep and archive`;
    if (typeof rule.keep !== "string" || !form.test(rule.keep)) {
      return `.${name}.keep must be a number of days, months or years, such as "90 days" or "24 months"`;
    }
    if (rule.archive !== undefined && !isArchive(rule.archive)) {
      return `.${name}.archive must be the path of a folder, or false`;
    }
  }
  return undefined;
}

/**
 * The rules in the order of the kinds.
 *
 * @param archive a folder that goes before those of the configuration, but not before `archive: false`
 * @throws AnnalsError CONFIG_INVALID
 */
export function policiesOf(config: RetentionConfig = {}, archive?: string): Policy[] {
  const problem = retentionProblem(config);
  if (problem)
    throw new AnnalsError("CONFIG_INVALID", `retention${problem}`, "docs/retention.md has the form.");
  return kinds.flatMap((kind) => {
    const rule = config[kind];
    if (!rule) return [];
    const configured = rule.archive ?? config.archive;
    return [{ kind, keep: rule.keep, archive: configured === false ? false : (archive ?? configured) }];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isArchive(value: unknown): boolean {
  return value === false || (typeof value === "string" && value.trim() !== "");
}
