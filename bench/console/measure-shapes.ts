import type { Executor } from "../../lib/executor.ts";
import { observe, type Work } from "./observe.ts";
import type { Ask } from "./reader.ts";

/** One question with the connections that it is asked on. */
export interface Asked {
  name: string;
  db: Executor;
  ask: Ask;
  /** Milliseconds that the server has spent on a processor for this database so far. */
  cpu: () => number;
}

export interface Figures extends Work {
  /** Milliseconds of each counted round. */
  ms: number[];
  /** The same on a processor: of the server, and of this process. */
  cpu: number[];
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
    figures.set(name, { ...(await observe(db, ask)), ms: [], cpu: [], answer });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, db, ask, cpu } of questions) {
      const [start, server, own] = [performance.now(), cpu(), process.cpuUsage()];
      await ask(db);
      figures.get(name)?.ms.push(performance.now() - start);
      const { user, system } = process.cpuUsage(own);
      figures.get(name)?.cpu.push(cpu() - server + (user + system) / 1000);
    }
  }
  return figures;
}
