import { Tile } from "@/components/overview/tile.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import type { Figure, Summary } from "@/lib/query/summary.ts";
import { summary } from "@/lib/query/summary.ts";
import { database } from "../../database.ts";
import { settle } from "../../settle.ts";
import { daysUntil } from "../days-until.ts";
import { figures, windowHref } from "../figure-links.ts";
import { historyHref } from "../histories/history-params.ts";
import type { OpenedActor } from "./open-actor.ts";

const from = "now-30d";

/** What the actor did in the last 30 days, in figures; each leads to the list of what it counts. */
export async function ActorFigures({ actor }: { actor: OpenedActor }) {
  const { viewer, search, subject, path } = actor;
  const read = await settle(
    "the figures of an actor",
    summary(database("figures"), viewer, daysUntil(search.asOf, 30), search.zone, { actor: subject.text }),
  );
  if ("failure" in read)
    return <FailedPart what="The figures" failure={read.failure} href={historyHref("actor", path, search)} />;
  return (
    <div className="stmt">
      {tilesOf(read.value).map(([figure, count]) => {
        const { kind, filters, ...look } = figures[figure];
        const href = windowHref(kind, { ...filters, actor: [subject.text] }, { from, zone: search.zone });
        const atLeast = read.value.atLeast.includes(figure);
        return <Tile key={figure} {...look} count={count} atLeast={atLeast} href={href} />;
      })}
    </div>
  );
}

/** Absent figures are of records that the viewer may not see. */
function tilesOf({ figures: counted }: Summary): [Figure, number][] {
  return (Object.keys(figures) as Figure[]).flatMap((figure): [Figure, number][] => {
    const count = counted[figure];
    return count === undefined ? [] : [[figure, count]];
  });
}
