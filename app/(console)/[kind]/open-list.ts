import { redirect } from "next/navigation";
import type { Viewer } from "@/lib/access/viewer.ts";
import type { Problem, Search } from "@/lib/query/search.ts";
import { parseSearch } from "@/lib/query/search-params.ts";
import type { Definition, Kind } from "@/lib/records/define.ts";
import { definitions } from "@/lib/records/kinds.ts";
import { runsScripts } from "../../scripting.ts";
import { requireViewer } from "../../viewer.ts";
import { type GivenParams, withGiven, withoutEmpty } from "../given-params.ts";
import { listHref } from "./hrefs.ts";

/** A list as a viewer has asked for it. */
export interface OpenedList<K extends Kind = Kind> {
  definition: Definition<K>;
  viewer: Viewer;
  search: Search;
  problems: Problem[];
  /** The parameters as given, to be shown again where they were invalid. */
  given: GivenParams;
  /** Parts of the page may come late. */
  streamed: boolean;
}

/** Reads the address, and lets in only who may see this kind. `path` is where a sign-in leads back to. */
export async function openList<K extends Kind>(
  kind: K,
  asked: GivenParams,
  seq?: string,
): Promise<OpenedList<K>> {
  const definition = definitions[kind] as Definition<K>;
  const { given, emptied } = withoutEmpty(asked);
  const { search, problems } = parseSearch(definition, given, new Date());
  const path = `/${kind}${seq ? `/${seq}` : ""}`;
  const viewer = await requireViewer(withGiven(path, given), `${kind}.view`);
  // A form sends its empty fields too; equal searches have equal addresses.
  if (emptied && problems.length === 0 && !seq) redirect(listHref(definition, search));
  return { definition, viewer, search, problems, given, streamed: await runsScripts() };
}
