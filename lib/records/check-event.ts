import type { Id } from "../context/actor.ts";
import { cleanText, quoteValue, storableText } from "../context/clean-text.ts";
import type { Redactor } from "../context/redact.ts";
import { AnnalsError } from "../errors.ts";

/** @throws AnnalsError EVENT_INVALID */
export function requireAction(action: string): string {
  if (typeof action === "string" && /^[A-Z][A-Z0-9_]{0,39}$/.test(action)) return action;
  throw invalid(
    "action",
    action,
    "1 to 40 capitals, digits and underscores, beginning with a capital, such as REFUND",
  );
}

/** @throws AnnalsError EVENT_INVALID */
export function requireChoice<Choice extends string>(
  field: string,
  value: Choice,
  choices: readonly Choice[],
): Choice {
  if (choices.includes(value)) return value;
  throw invalid(field, value, `one of ${choices.join(", ")}`);
}

/** @throws AnnalsError EVENT_INVALID */
export function requireText(field: string, value: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw invalid(field, value, "a text that is not empty");
}

/** @throws AnnalsError EVENT_INVALID */
export function requireUuid(field: string, value: string): string {
  if (typeof value === "string" && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value;
  throw invalid(field, value, "a UUID");
}

/** A count as JSON text keeps it exactly. @throws AnnalsError EVENT_INVALID */
export function requireCount(
  field: string,
  value: number | bigint | null | undefined,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (value === undefined || value === null) return undefined;
  const count = typeof value === "bigint" ? Number(value) : value;
  if (Number.isInteger(count) && count >= 0 && count <= most) return count;
  throw invalid(field, value, `a whole number from 0 to ${most}`);
}

/** @throws AnnalsError EVENT_INVALID */
export function optionalId(field: string, id: Id | null | undefined): string | undefined {
  if (id === undefined || id === null) return undefined;
  const text = typeof id === "symbol" ? "" : String(id);
  if (text === "[object Object]")
    throw invalid(field, id, "a text, a number or an object with a toString of its own");
  return cleanText(text, 500);
}

/**
 * Whatever was given, as text that can be stored: secrets masked, and cut to `limit` UTF-16 units with a mark
 * that tells the length it had.
 */
export function eventText(value: unknown, limit: number, redactor: Redactor): string {
  const text = typeof value === "string" ? value : textOf(value);
  // Beyond the cut a little, or the cut would make a half secret that nothing recognises.
  const masked = redactor.maskText(storableText(text.slice(0, limit + 2000)));
  if (text.length <= limit && masked.length <= limit) return masked;
  const mark = ` … [${text.length} characters]`;
  return storableText(masked.slice(0, limit - mark.length)) + mark;
}

/** The same where there may be nothing. */
export function optionalText(value: unknown, limit: number, redactor: Redactor): string | undefined {
  return value === undefined || value === null ? undefined : eventText(value, limit, redactor);
}

function textOf(value: unknown): string {
  try {
    return typeof value === "object" && value !== null ? (JSON.stringify(value) ?? "") : String(value);
  } catch {
    return "[unreadable]";
  }
}

function invalid(field: string, value: unknown, right: string): AnnalsError {
  return new AnnalsError("EVENT_INVALID", `${field} is ${quoteValue(value)}`, `It must be ${right}.`);
}
