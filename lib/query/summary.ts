import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { formatInstant, toMicros } from "../fields/instant.ts";
import type { Kind } from "../records/define.ts";
import { definitions } from "../records/kinds.ts";
import { confine, viewableKinds } from "./confine.ts";
import { countBy } from "./count-by.ts";
import { countDirectly } from "./count-directly.ts";
import { capCount, countCap } from "./count-records.ts";
import { budget } from "./limits.ts";
import { countOpen } from "./open-events.ts";
import { type Level, type Period, periodAt, stepPeriod } from "./period.ts";
import { plainSearch } from "./plain-search.ts";
import { type Extent, readExtent, type Span } from "./reach.ts";

/** What is counted: the nine of the summary, and exports. */
export type Figure =
  | "actions"
  | "creates"
  | "updates"
  | "deletes"
  | "views"
  | "logins"
  | "failedLogins"
  | "systemErrors"
  | "unresolved"
  | "exports";

/** Absent: of a record that the viewer may not see. */
export type Figures = Partial<Record<Figure, number>>;

export interface SummaryPeriod extends Period {
  /** All but `unresolved`. Of the first and the last period, what lies in the window. */
  figures: Figures;
}

export interface Summary extends Span {
  figures: Figures;
  /** Of these there are more: counting stopped. */
  atLeast: readonly Figure[];
  /** By day; by month where the window is longer than 92 days. */
  periods: SummaryPeriod[];
}

const dayMillis = 86_400_000;
const mostDays = 92;

/** Which figure counts which value; '' all of them. */
const figuresOf: Readonly<Record<Kind, { column?: string; values: Readonly<Record<string, Figure>> }>> = {
  audit: {
    column: "action",
    values: { "": "actions", CREATE: "creates", UPDATE: "updates", DELETE: "deletes", VIEW: "views" },
  },
  logins: { column: "status", values: { SUCCESS: "logins", FAILED: "failedLogins" } },
  exports: { values: { "": "exports" } },
  events: { column: "event_type", values: { ERROR: "systemErrors" } },
};

/**
 * What happened in a window, in figures: those of the records that the viewer may see. Exact, from the rollups;
 * `unresolved`, which changes after the event, up to 10,000.
 *
 * @param window two instants, half-open
 * @param zone where days begin
 * @param options `actor`: only what the actor with this id did
 * @throws AnnalsError FORBIDDEN to whoever may view no record at all
 */
export async function summary(
  db: Executor,
  viewer: Viewer,
  window: Span,
  zone = "UTC",
  { actor }: { actor?: string } = {},
): Promise<Summary> {
  const seen = viewableKinds(viewer);
  const periods = periodsOf(window, zone);
  const total: Figures = {};
  const atLeast: Figure[] = [];
  const parts = periods.map((period): SummaryPeriod => ({ ...period, figures: {} }));
  await Promise.all(
    seen.map(async (kind) => {
      const definition = definitions[kind];
      const search = (filters: Record<string, string[]>) =>
        confine(viewer, definition, plainSearch(kind, { window, filters }));
      const who: Record<string, string[]> = actor === undefined ? {} : { actor: [actor] };
      const mine = search(who);
      const extent: Extent = await readExtent(db, definition);
      const { column, values } = figuresOf[kind];
      for (const figure of Object.values(values)) {
        total[figure] = 0;
        for (const part of parts) part.figures[figure] = 0;
      }
      const by = column && { column, values: Object.keys(values).filter((value) => value !== "") };
      const counted = await countBy(db, definition, mine, extent, { spans: periods, ...(by && { by }) });
      for (const { span, value, count } of counted) {
        for (const figure of new Set([values[""], values[value]])) {
          if (!figure) continue;
          total[figure] = (total[figure] ?? 0) + count;
          const part = parts[span]?.figures;
          if (part) part[figure] = (part[figure] ?? 0) + count;
        }
      }
      if (kind !== "events") return;
      const open =
        actor === undefined
          ? await countOpen(db, mine, extent)
          : await countDirectly(db, definition, search({ ...who, resolved: ["0"] }), extent, {
              most: countCap + 1,
              budgetMs: budget,
            }).then(({ count, unfinished }) => ({ ...capCount(count), ...(unfinished && { capped: true }) }));
      total.unresolved = open.count;
      if (open.capped) atLeast.push("unresolved");
    }),
  );
  return { from: window.from, to: window.to, figures: total, atLeast, periods: parts };
}

/** The days or months of a window, the first and the last cut to it. */
function periodsOf({ from, to }: Span, zone: string): Period[] {
  if (from >= to) return [];
  const [start, end] = [from, to].map((instant) => Number(toMicros(instant) / 1000n)) as [number, number];
  const level: Level = end - start > mostDays * dayMillis ? "month" : "day";
  const periods: Period[] = [];
  for (let period = periodAt(zone, start, level); period.from < to; period = stepPeriod(zone, period, 1)) {
    periods.push({
      ...period,
      from: period.from > from ? period.from : formatInstant(toMicros(from)),
      to: period.to < to ? period.to : formatInstant(toMicros(to)),
    });
  }
  return periods;
}
