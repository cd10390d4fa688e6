import { cache } from "react";
import { actorName } from "@/components/fields/actor-name.ts";
import type { Viewer } from "@/lib/access/viewer.ts";
import { actorHistory } from "@/lib/query/actor-history.ts";
import type { HistoryPage } from "@/lib/query/history.ts";
import type { PageSize, Search } from "@/lib/query/search.ts";
import { database } from "../../database.ts";
import { fileWaiting } from "../../file-waiting.ts";
import { type Settled, settle } from "../../settle.ts";
import type { GivenParams } from "../given-params.ts";
import { type OpenedHistory, openHistory } from "../histories/open-history.ts";
import { actorHref, usernameHref } from "../page-hrefs.ts";

/** Whom a page is about: an actor by id, or a name that was typed at a sign-in. */
export interface Subject {
  of: "actor" | "username";
  text: string;
}

export interface OpenedActor extends OpenedHistory {
  subject: Subject;
  /** What they are called by the newest that is on record of them; else the id. */
  name: string;
  /** The newest of all; on the first page the page itself. */
  newest: Settled<HistoryPage>;
  page: Settled<HistoryPage>;
  /** Nothing is on record that the viewer may see. */
  unknown: boolean;
}

const filed = cache(fileWaiting);

/** Once for each request; so its parameters are plain values. */
const readPage = cache(
  async (viewer: Viewer, of: Subject["of"], text: string, size: PageSize, ...place: string[]) => {
    await filed();
    const [at, seq, bound] = place;
    const after = at && seq && bound ? { at, seq, bound } : undefined;
    const who = of === "actor" ? { actor: text } : { username: text };
    return actorHistory(database("rows"), viewer, who, { size, after });
  },
);

/** The newest of a subject. `size`: as the page has it, so that a first page is read once. */
export function readNewest(
  viewer: Viewer,
  { of, text }: Subject,
  { size, cursor }: Search,
): Promise<HistoryPage> {
  return readPage(viewer, of, text, cursor ? 25 : size);
}

export function subjectHref({ of, text }: Subject): string {
  return of === "actor" ? actorHref(text) : usernameHref(text);
}

/** What somebody is called: by their newest record, apart from those in which they acted as another. */
export function nameOf({ of, text }: Subject, { items }: HistoryPage): string {
  const own = of === "actor" ? items.find(({ row }) => row.actor_id === text) : undefined;
  return own ? actorName(own.row) : text;
}

/** @throws Denial to whoever may see no such record at all */
export async function openActor(subject: Subject, given: GivenParams): Promise<OpenedActor> {
  const permission = subject.of === "username" ? "logins.view" : undefined;
  const opened = await openHistory("actor", subjectHref(subject), given, permission);
  const { viewer, search } = opened;
  const { size, cursor, bound } = search;
  const newest = settle("the newest of an actor", readNewest(viewer, subject, search));
  const page = cursor
    ? settle(
        "the history of an actor",
        readPage(viewer, subject.of, subject.text, size, cursor.at, cursor.seq, bound ?? cursor.seq),
      )
    : newest;
  const [first, asked] = [await newest, await page];
  const isEmpty = ({ items, searchedBackTo }: HistoryPage) =>
    items.length === 0 && searchedBackTo === undefined;
  return {
    ...opened,
    subject,
    name: "value" in first ? nameOf(subject, first.value) : subject.text,
    newest: first,
    page: asked,
    unknown: "value" in first && isEmpty(first.value),
  };
}
