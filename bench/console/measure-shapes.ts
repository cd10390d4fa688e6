import type { Executor } from "../../lib/executor.ts";
import { observe, type Work } from "./observe.ts";
import type { Ask } from "./reader.ts";

/** One question with the connections that it is asked on. */
export interface Asked {
  name: string;
  db: Executor;
  ask: Ask;
}

export interface Figures extends Work {
  /** Milliseconds of each counted round. */
  ms: number[];
  /** What came of it: `51 rows`. */
  answer: string;
}

const warmUp = 3;

/**
 * Asks each question again and again, all of them in each round, so that whatever else the machine does hits all
 * alike. By then each connection has kept its plans, as those of the console have.
 */
export async function measureShapes(
  questions: readonly Asked[],
  rounds: number,
): Promise<Map<string, Figures>> {
  const figures = new Map<string, Figures>();
  for (const { name, db, ask } of questions) {
    for (let round = 0; round < warmUp; round += 1) await ask(db);
    const answer = await ask(db);
    figures.set(name, { ...(await observe(db, ask)), ms: [], answer });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, db, ask } of questions) {
      const start = performance.now();
      await ask(db);
      figures.get(name)?.ms.push(performance.now() - start);
    }
  }
  return figures;
}
