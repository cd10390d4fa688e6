import { AnnalsError } from "../../lib/errors.ts";
import type { Bench } from "../bench.ts";
import { one } from "../console/console.ts";
import { goals } from "../console/goals.ts";
import { type Asked, type Figures, measureShapes } from "../console/measure-shapes.ts";
import { openShapes } from "../console/open-shapes.ts";
import { openHistoryServer } from "../history/history-server.ts";
import { openHistory } from "../history/open-history.ts";
import { atMost, type Result, resultOf } from "../result.ts";
import { median, ratios } from "../statistics.ts";

/** How the questions of the console grow with the rows, all sizes on one server and in the same rounds. */
export const growth: Bench = {
  name: "growth",
  summary: "the questions of the console over histories of several sizes: what ten times the rows cost",
  flags: {
    sizes: { help: "audit events of each history", default: "100000,1000000,10000000" },
    rounds: { help: "counted rounds", default: 15 },
    only: { help: "questions whose name holds this", default: "" },
    data: { help: "folder of the histories", default: "" },
  },
  async run({ flag, text, say }) {
    const sizes = readSizes(text("sizes"));
    const server = await openHistoryServer(text("data"), say);
    const opened: (Awaited<ReturnType<typeof openShapes>> & { rows: number })[] = [];
    try {
      for (const size of sizes) {
        const history = await openHistory(server, size, say);
        opened.push({ rows: history.rows, ...(await openShapes(history, text("only"))) });
      }
      const questions = (opened[0]?.shapes ?? []).flatMap(({ name }, at) =>
        opened.map(({ rows, questions: all }) => ({ ...(all[at] as Asked), name: `${rows} ${name}` })),
      );
      const figures = await measureShapes(questions, flag("rounds"));
      return (opened[0]?.shapes ?? []).map(({ name, goal }) => {
        const bySize = opened.map(({ rows }) => ({ rows, ...one(figures, `${rows} ${name}`) }));
        return resultOfGrowth(name, bySize, goal && goals[goal].growth);
      });
    } finally {
      for (const { close } of opened) await close();
      await server.close();
    }
  },
};

type Sized = Figures & { rows: number };

/**
 * The last step of size, as what a tenfold one would be; and over all sizes the power of the rows that it follows.
 * By time on a processor where that is known: whatever else the machine does would be most of a ratio of times.
 */
function resultOfGrowth(name: string, bySize: readonly Sized[], goal: number | undefined): Result {
  const [smallest, before, largest] = [bySize[0], bySize.at(-2), bySize.at(-1)] as [Sized, Sized, Sized];
  const decades = Math.log10(largest.rows / before.rows);
  const isKnown = bySize.every(({ cpu }) => cpu.every((ms) => ms > 0));
  const timeOf = ({ ms, cpu }: Sized) => (isKnown ? cpu : ms);
  const perDecade = ratios(timeOf(largest), timeOf(before)).map((ratio) => ratio ** (1 / decades));
  const whole = median(timeOf(largest)) / median(timeOf(smallest));
  const power = Math.log(whole) / Math.log(largest.rows / smallest.rows);
  const more = Object.fromEntries(
    bySize.flatMap((sized) => [
      [`${isKnown ? "cpu ms" : "ms"} at ${short(sized.rows)}`, median(timeOf(sized))],
      [`pages at ${short(sized.rows)}`, sized.buffers],
    ]),
  );
  return {
    ...resultOf(name, "×/decade", perDecade, goal === undefined ? undefined : atMost(goal)),
    more: { ...more, law: `rows^${power.toFixed(2)}` },
  };
}

function short(rows: number): string {
  return rows >= 1_000_000 ? `${rows / 1_000_000} M` : `${rows / 1000} k`;
}

function readSizes(text: string): number[] {
  const sizes = text.split(",").map(Number);
  if (sizes.length < 2 || sizes.some((size) => !Number.isSafeInteger(size) || size < 200)) {
    throw new AnnalsError("USAGE", `--sizes is “${text}”.`, "Name two or more, such as 100000,1000000.");
  }
  return sizes.sort((one, other) => one - other);
}
