import type { Viewer } from "@/lib/access/viewer.ts";
import type { Span } from "@/lib/query/reach.ts";
import type { Problem } from "@/lib/query/search.ts";
import { runsScripts } from "../../scripting.ts";
import { requireReader } from "../../viewer.ts";
import { daysUntil } from "../days-until.ts";
import { type GivenParams, withGiven, withoutEmpty } from "../given-params.ts";
import { type OverviewWindow, readOverviewParams } from "./overview-params.ts";

export interface OpenedOverview {
  viewer: Viewer;
  streamed: boolean;
  zone: string;
  /** The window as addresses say it, and as two instants. */
  from: OverviewWindow["from"];
  days: number;
  window: Span;
  /** As long, and just before it. */
  previous: Span;
  problems: Problem[];
  now: Date;
}

/** @throws Denial to whoever may see no record at all */
export async function openOverview(asked: GivenParams): Promise<OpenedOverview> {
  const { given } = withoutEmpty(asked);
  const now = new Date();
  const { zone, window, asOf, problems } = readOverviewParams(given, now);
  const viewer = await requireReader(withGiven("/", given));
  const span = daysUntil(asOf, window.days);
  return {
    viewer,
    streamed: await runsScripts(),
    zone,
    ...window,
    window: span,
    previous: { ...daysUntil(span.from, window.days), to: span.from },
    problems,
    now,
  };
}
