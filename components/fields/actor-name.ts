import { type Row, textOf } from "./row.ts";

/** The actor as words: a name or at least an id, else what kind of actor it was. */
export function actorName(row: Row): string {
  const kind = textOf(row, "actor_kind");
  const fallback = kind === "anonymous" ? "Anonymous" : kind === "system" ? "System" : "Unknown";
  return textOf(row, "actor_label") || textOf(row, "actor_id") || fallback;
}

/** How the actor is known, where it is not an ordinary signed-in user. */
export function actorNote(row: Row): string {
  const kind = textOf(row, "actor_kind");
  const attribution = textOf(row, "attribution");
  const named = textOf(row, "actor_label") !== "" || textOf(row, "actor_id") !== "";
  if (attribution === "database_role") return "db role";
  if (textOf(row, "impersonator_id")) return `by ${textOf(row, "impersonator_id")}`;
  if (kind === "service" || kind === "job") return kind;
  if (attribution === "claimed") return "claimed";
  return named && kind === "anonymous" ? "unknown" : "";
}
