import { requirePermission } from "../access/require-permission.ts";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { viewableKinds } from "./confine.ts";
import { type Asked, type Filters, type HistoryOptions, type HistoryPage, readHistory } from "./history.ts";

/** By id; or by a name that was typed at a sign-in, of which there need be no actor. */
export type Who = { actor: string; actorKind?: string } | { username: string };

/**
 * What one actor did, over the four records, newest first; of the records that the viewer may see. What a user did
 * while they impersonated another is among it: an impersonator is always taken for a user, so another `actorKind`
 * leaves it out. By a username: the attempts to sign in under it.
 *
 * @throws AnnalsError FORBIDDEN to whoever may view none of these records
 */
export async function actorHistory(
  db: Executor,
  viewer: Viewer,
  who: Who,
  options: HistoryOptions = {},
): Promise<HistoryPage> {
  if ("username" in who) {
    requirePermission(viewer, "logins.view");
    return readHistory(db, viewer, { logins: [{ username: [who.username] }] }, options);
  }
  const { actor, actorKind } = who;
  const filters: Filters[] = [{ actor: [actor], ...(actorKind !== undefined && { actorkind: [actorKind] }) }];
  if (actorKind === undefined || actorKind === "user") filters.push({ impersonator: [actor] });
  const asked: Asked = Object.fromEntries(viewableKinds(viewer).map((kind) => [kind, filters]));
  return readHistory(db, viewer, asked, options);
}
