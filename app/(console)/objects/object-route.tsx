import type { Metadata } from "next";
import { revealInLine } from "@/components/ui/reveal.ts";
import { hasPermission } from "@/lib/access/require-permission.ts";
import { ConsoleFrame } from "../../console-frame.tsx";
import { Outage } from "../../outage.tsx";
import { settle } from "../../settle.ts";
import { currentViewer } from "../../viewer.ts";
import type { GivenParams } from "../given-params.ts";
import { historyHref } from "../histories/history-params.ts";
import { NothingRecorded } from "../histories/nothing-recorded.tsx";
import { objectHref } from "../page-hrefs.ts";
import { ObjectPage } from "./object-page.tsx";
import { openObject, readFacts } from "./open-object.ts";

interface Asked {
  type: string;
  id: string;
  given: GivenParams;
}

/** "Invoice INV-20418 · History", of an object that the viewer may see; else no more than was asked for. */
export async function objectTitle({ type, id }: Asked): Promise<Metadata> {
  const read = await settle("the title", readLabel(type, id));
  const label = "value" in read ? read.value : "";
  const name = id ? `${type} ${label || id}` : type;
  return { title: `${revealInLine(name).slice(0, 200)} · History` };
}

async function readLabel(type: string, id: string): Promise<string> {
  const viewer = await currentViewer();
  if (!viewer || !hasPermission(viewer, "audit.view")) return "";
  return (await readFacts(viewer, type, id))?.label ?? "";
}

export async function ObjectRoute({ type, id, given }: Asked) {
  const opened = await settle("the object", openObject(type, id, given));
  if ("failure" in opened) return <Outage failure={opened.failure} href={objectHref(type, id)} />;
  const object = opened.value;
  const { viewer, streamed, search, path } = object;
  return (
    <ConsoleFrame
      viewer={viewer}
      streamed={streamed}
      zone={search.zone}
      hrefIn={(zone) => historyHref("object", path, { ...search, zone })}
      current="audit"
    >
      {object.unknown ? (
        <NothingRecorded of="object" name={[type, id].filter(Boolean).join(" ")} />
      ) : (
        <ObjectPage object={object} />
      )}
    </ConsoleFrame>
  );
}
