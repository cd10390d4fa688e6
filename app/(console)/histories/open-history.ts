import type { Permission } from "@/lib/access/permissions.ts";
import type { Viewer } from "@/lib/access/viewer.ts";
import type { Problem, Search } from "@/lib/query/search.ts";
import { runsScripts } from "../../scripting.ts";
import { requireReader, requireViewer } from "../../viewer.ts";
import { type GivenParams, withGiven, withoutEmpty } from "../given-params.ts";
import { type HistoryOf, readHistoryParams } from "./history-params.ts";

/** A history as a viewer has asked for it. */
export interface OpenedHistory {
  viewer: Viewer;
  /** Of which zone, size, place and field count. */
  search: Search;
  problems: Problem[];
  streamed: boolean;
  /** Its own address, without what was asked of it. */
  path: string;
}

/** @throws Denial without the permission; where none is named, to whoever may see no record at all */
export async function openHistory(
  of: HistoryOf,
  path: string,
  asked: GivenParams,
  permission?: Permission,
): Promise<OpenedHistory> {
  const { given } = withoutEmpty(asked);
  const { search, problems } = readHistoryParams(of, given, new Date());
  const back = withGiven(path, given);
  const viewer = await (permission ? requireViewer(back, permission) : requireReader(back));
  return { viewer, search, problems, streamed: await runsScripts(), path };
}
