import type { Metadata } from "next";
import { revealInLine } from "@/components/ui/reveal.ts";
import { hasPermission } from "@/lib/access/require-permission.ts";
import { kinds } from "@/lib/records/kinds.ts";
import { ConsoleFrame } from "../../console-frame.tsx";
import { Outage } from "../../outage.tsx";
import { settle } from "../../settle.ts";
import { currentViewer } from "../../viewer.ts";
import { type GivenParams, withoutEmpty } from "../given-params.ts";
import { historyHref, readHistoryParams } from "../histories/history-params.ts";
import { NothingRecorded } from "../histories/nothing-recorded.tsx";
import { ActorPage } from "./actor-page.tsx";
import { nameOf, openActor, readNewest, type Subject, subjectHref } from "./open-actor.ts";

interface Asked {
  subject: Subject;
  given: GivenParams;
}

/** "Ada Lovelace · Actor", where the viewer may see that much; else what was asked for. */
export async function actorTitle({ subject, given }: Asked): Promise<Metadata> {
  const read = await settle("the title", readName(subject, given));
  const name = "value" in read ? read.value : subject.text;
  return { title: `${revealInLine(name).slice(0, 200)} · ${subject.of === "actor" ? "Actor" : "Username"}` };
}

async function readName(subject: Subject, given: GivenParams): Promise<string> {
  const viewer = await currentViewer();
  const needed = subject.of === "username" ? (["logins"] as const) : kinds;
  if (!viewer || !needed.some((kind) => hasPermission(viewer, `${kind}.view`))) return subject.text;
  const { search } = readHistoryParams("actor", withoutEmpty(given).given, new Date());
  return nameOf(subject, await readNewest(viewer, subject, search));
}

export async function ActorRoute({ subject, given }: Asked) {
  const opened = await settle("the actor", openActor(subject, given));
  if ("failure" in opened) return <Outage failure={opened.failure} href={subjectHref(subject)} />;
  const actor = opened.value;
  const { viewer, streamed, search, path } = actor;
  return (
    <ConsoleFrame
      viewer={viewer}
      streamed={streamed}
      zone={search.zone}
      hrefIn={(zone) => historyHref("actor", path, { ...search, zone })}
      current={subject.of === "username" ? "logins" : undefined}
    >
      {actor.unknown ? (
        <NothingRecorded of={subject.of === "actor" ? "actor" : "name"} name={subject.text} />
      ) : (
        <ActorPage actor={actor} />
      )}
    </ConsoleFrame>
  );
}
