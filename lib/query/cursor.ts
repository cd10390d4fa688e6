import { formatInstant, type Micros, toMicros } from "../fields/instant.ts";
import type { Kind } from "../records/define.ts";

/** What travels in `after` and `before`: the place, and what the first page saw. */
export interface Place {
  at: string;
  seq: string;
  /** The head when the first page was read. */
  bound: string;
  /** What `now` meant then. */
  asOf: string;
}

/** Opaque to whoever holds it; not secret and not signed: whatever it says can only narrow a search. */
export function encodeCursor(kind: Kind, place: Place): string {
  const parts = [kind[0], toMicros(place.at), place.seq, place.bound, toMicros(place.asOf)];
  return toBase64Url(parts.join("."));
}

/** Undefined for everything that `encodeCursor` did not write for this kind. */
export function decodeCursor(kind: Kind, text: string): Place | undefined {
  if (!/^[A-Za-z0-9_-]{8,200}$/.test(text)) return undefined;
  const decoded = Buffer.from(text, "base64url").toString("latin1");
  const [slug, at, seq, bound, asOf, ...rest] = decoded.split(".");
  if (slug !== kind[0] || rest.length > 0 || toBase64Url(decoded) !== text) return undefined;
  const instants = [at, asOf].map(readMicros);
  if (!isNumber(seq) || !isNumber(bound) || BigInt(seq) > BigInt(bound)) return undefined;
  const [place, now] = instants;
  if (place === undefined || now === undefined) return undefined;
  return { at: formatInstant(place), seq, bound, asOf: formatInstant(now) };
}

function readMicros(text: string | undefined): Micros | undefined {
  if (!text || !/^(0|[1-9]\d{0,17})$/.test(text)) return undefined;
  const micros = BigInt(text);
  // 9999-01-01, where formatInstant ends.
  return micros < 253_370_764_800_000_000n ? micros : undefined;
}

/** A positive `bigint` of the database. */
function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) < 2n ** 63n;
}

function toBase64Url(text: string): string {
  return Buffer.from(text, "latin1").toString("base64url");
}
