import { textOf } from "@/components/fields/row.ts";
import type { Field } from "@/lib/fields/field.ts";

type Row = Parameters<typeof textOf>[0];

/** The page of an actor: what is on record under an id. */
export function actorHref(id: string, zone = "UTC"): string {
  const path = writeSegment(id);
  return path ? withZone(`/actors/${path}`, zone) : withZone(`/actors?${new URLSearchParams({ id })}`, zone);
}

/** The page of a name that was typed at a sign-in. */
export function usernameHref(name: string, zone = "UTC"): string {
  const path = writeSegment(name);
  return path
    ? withZone(`/actors/name/${path}`, zone)
    : withZone(`/actors?${new URLSearchParams({ name })}`, zone);
}

/** The page of an object. Without an id: what is recorded of its table or type as a whole. */
export function objectHref(type: string, id: string, zone = "UTC"): string {
  const path = [type, id].map(writeSegment);
  return path.every((segment) => segment !== undefined)
    ? withZone(`/objects/${path.join("/")}`, zone)
    : withZone(`/objects?${new URLSearchParams({ type, ...(id && { id }) })}`, zone);
}

/** The page to which a field of a record leads; undefined for most. */
export function fieldHref({ type, column }: Field, row: Row, zone: string): string | undefined {
  if (type === "actor") return row.actor_id ? actorHref(textOf(row, "actor_id"), zone) : undefined;
  if (type === "object") {
    const [name, id] = [textOf(row, "object_type"), textOf(row, "object_id")];
    return name ? objectHref(name, id, zone) : undefined;
  }
  if (column === "username" && row.username) return usernameHref(textOf(row, "username"), zone);
  return undefined;
}

/** What the parts of a path say, as Next hands them over; undefined for what no record can hold. */
export function readSegments(segments: readonly string[]): string | undefined {
  try {
    const text = segments.map(decodeURIComponent).join("/");
    return text === "" || text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

/**
 * Undefined for what is better said by a query: nothing, what browsers resolve, slashes, which proxies may read as
 * steps of the path, and the ending that Next takes for its own.
 */
function writeSegment(text: string): string | undefined {
  if (text === "" || text === "." || text === ".." || /[/\\]|\.rsc$/.test(text)) return undefined;
  return encodeURIComponent(text);
}

function withZone(path: string, zone: string): string {
  if (zone === "UTC") return path;
  return `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams({ tz: zone })}`;
}
