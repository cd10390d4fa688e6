/** An instant as microseconds since 1970-01-01T00:00:00Z. A JavaScript Date would stop at milliseconds. */
export type Micros = bigint;

const shape = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(?:(Z)|([+-])(\d\d):(\d\d))$/;

/**
 * ISO 8601 with an offset, seconds and up to six decimals optional, years 1970 to 9998.
 * Undefined when the text is anything else or no such moment (`2026-02-30`, `25:00`).
 */
export function parseInstant(text: string): Micros | undefined {
  const parts = shape.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second = "0", fraction = "", , sign, offsetHour, offsetMinute] =
    parts;
  const wall = wallMillis(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (wall === undefined || Number(offsetHour ?? 0) > 18 || Number(offsetMinute ?? 0) > 59) return undefined;
  const offset = sign ? (sign === "-" ? -1 : 1) * (Number(offsetHour) * 60 + Number(offsetMinute)) : 0;
  const micros = BigInt(wall - offset * 60_000) * 1000n + BigInt(fraction.padEnd(6, "0"));
  return micros < 0n || micros >= end ? undefined : micros;
}

/** `2026-03-14T09:12:33.481207Z`, always six decimals, as the database hands instants over. */
export function formatInstant(micros: Micros): string {
  const millis = Number(micros / 1000n);
  return `${new Date(millis).toISOString().slice(0, 23)}${String(micros % 1000n).padStart(3, "0")}Z`;
}

/** The shortest form for a URL: no decimals where they are zero. */
export function shortenInstant(text: string): string {
  return text.replace(/\.000000Z$/, "Z");
}

export function microsOf(date: Date): Micros {
  return BigInt(date.getTime()) * 1000n;
}

/** An instant that is known to be well formed: from the database or from `formatInstant`. */
export function toMicros(text: string): Micros {
  const micros = parseInstant(text);
  if (micros === undefined) throw new RangeError(`not an instant: ${text}`);
  return micros;
}

/** The date and time on a wall clock as if it were UTC, in milliseconds; undefined when no clock shows it. */
function wallMillis(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): number | undefined {
  if (year < 1970 || year > 9998 || hour > 23 || minute > 59 || second > 59) return undefined;
  const millis = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(millis);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? millis : undefined;
}

const end = BigInt(Date.UTC(9999, 0, 1)) * 1000n;
