import { cache } from "react";
import type { Viewer } from "@/lib/access/viewer.ts";
import type { Page } from "@/lib/query/list-records.ts";
import { type ObjectFacts, objectFacts } from "@/lib/query/object-facts.ts";
import { objectHistory } from "@/lib/query/object-history.ts";
import { database } from "../../database.ts";
import { fileWaiting } from "../../file-waiting.ts";
import { type Settled, settle } from "../../settle.ts";
import type { GivenParams } from "../given-params.ts";
import { fieldOf } from "../histories/history-params.ts";
import { type OpenedHistory, openHistory } from "../histories/open-history.ts";
import { objectHref } from "../page-hrefs.ts";

/** An object, and the page of its history that was asked for. */
export interface OpenedObject extends OpenedHistory {
  type: string;
  id: string;
  facts: Settled<ObjectFacts | undefined>;
  page: Settled<Page<"audit">>;
  /** Nothing is on record of it that the viewer may see. */
  unknown: boolean;
}

const filed = cache(fileWaiting);

/** What stands above the history of an object, once for each request. */
export const readFacts = cache(async (viewer: Viewer, type: string, key: string) => {
  await filed();
  return objectFacts(database("rows"), viewer, { type, key });
});

/** @throws Denial without the right to view the audit log */
export async function openObject(type: string, id: string, given: GivenParams): Promise<OpenedObject> {
  const opened = await openHistory("object", objectHref(type, id), given, "audit.view");
  const { viewer, search } = opened;
  const { size, cursor, bound } = search;
  const asked = { size, cursor, bound, field: fieldOf(search) };
  const [facts, page] = await Promise.all([
    settle("the facts of an object", readFacts(viewer, type, id)),
    settle(
      "the history of an object",
      filed().then(() => objectHistory(database("rows"), viewer, { type, key: id }, asked)),
    ),
  ]);
  // Facts are told of the newest events alone: a history can have older ones.
  const found = "failure" in page || page.value.rows.length > 0 || isUnfinished(page.value);
  const unknown = "value" in facts && facts.value === undefined && !found;
  return { ...opened, type, id, facts, page, unknown };
}

/** The time was up before all was looked through. */
export function isUnfinished({ searchedBackTo, searchedUpTo }: Page<"audit">): boolean {
  return searchedBackTo !== undefined || searchedUpTo !== undefined;
}
