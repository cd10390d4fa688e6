// NUL (22021, 22P05) and surrogates without their other half (22P02) are all that PostgreSQL refuses in text.
const unstorable = /[\0\p{Surrogate}]/gu;

/** `text` without what PostgreSQL cannot store: each such character becomes U+FFFD. */
export function storableText(text: string): string {
  return text.replace(unstorable, "\ufffd");
}

/**
 * A short text as a column takes it: storable, and at most `limit` UTF-16 units, of which the last is an
 * ellipsis when something was cut.
 */
export function cleanText(text: string, limit: number): string {
  // Cut first, so that ten megabytes cost no more than ten characters; the cut may halve a pair.
  return storableText(text.length > limit ? `${text.slice(0, limit - 1)}…` : text);
}

/** `text` with all that a terminal or a log would act upon, and all that cannot be seen, as visible escapes. */
export function escapeInvisible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** A value for a message, in quotes: cut to 60 characters, with nothing invisible in it. */
export function quoteValue(value: unknown): string {
  const text = typeof value === "string" ? value : describe(value);
  return `"${escapeInvisible(text.length > 60 ? `${text.slice(0, 60)}…` : text)}"`;
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "[array]" : "[object]";
}
