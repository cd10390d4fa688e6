import { viewerOf } from "../../lib/access/viewer.ts";
import type { Executor } from "../../lib/executor.ts";
import { actorHistory } from "../../lib/query/actor-history.ts";
import { failingAddresses } from "../../lib/query/failing-addresses.ts";
import { largestExports } from "../../lib/query/largest-exports.ts";
import { objectFacts } from "../../lib/query/object-facts.ts";
import { objectHistory } from "../../lib/query/object-history.ts";
import { openEvents } from "../../lib/query/open-events.ts";
import { summary } from "../../lib/query/summary.ts";
import type { GoalName } from "./goals.ts";

type Read = (db: Executor, until: Date) => Promise<string>;

const user = { id: "1", username: "bench", label: "Bench", role: "superuser" } as const;
const viewer = viewerOf(user);
const ofOne = viewerOf({ ...user, tenants: ["acme"] });

const before = (until: Date, days: number) => ({
  from: new Date(until.getTime() - days * 86_400_000).toISOString().replace("Z", "000Z"),
  to: until.toISOString().replace("Z", "000Z"),
});
const summed = ({ figures, periods }: Awaited<ReturnType<typeof summary>>) =>
  `${figures.actions} actions in ${periods.length}`;
const historyOf =
  (actor: string): Read =>
  async (db) =>
    `${(await actorHistory(db, viewer, { actor })).items.length} items`;

/** Parts of the overview and of the pages of actors and objects, by name. */
export const parts: Readonly<Record<string, { goal: GoalName | undefined; read: Read }>> = {
  "summary of 30 days": {
    goal: "summary",
    read: async (db, until) => summed(await summary(db, viewer, before(until, 30))),
  },
  "summary of 30 days, one tenant": {
    goal: "summary",
    read: async (db, until) => summed(await summary(db, ofOne, before(until, 30))),
  },
  "summary of 30 days, one actor": {
    goal: "summary",
    read: async (db, until) => summed(await summary(db, viewer, before(until, 30), "UTC", { actor: "u1" })),
  },
  "summary of two years": {
    goal: "list",
    read: async (db, until) => summed(await summary(db, viewer, before(until, 730))),
  },
  "open events": {
    goal: "list",
    read: async (db, until) => {
      const { total } = await openEvents(db, viewer, until);
      return `${total.count}${total.capped ? "+" : ""}`;
    },
  },
  "failing addresses of 30 days": {
    goal: "list",
    read: async (db, until) =>
      `${(await failingAddresses(db, viewer, before(until, 30))).found.length} found`,
  },
  "largest exports of 30 days": {
    goal: "list",
    read: async (db, until) => `${(await largestExports(db, viewer, before(until, 30))).found.length} found`,
  },
  "history of a busy actor": { goal: "list", read: historyOf("u1") },
  "history of an actor": { goal: "list", read: historyOf("u700") },
  "history of a rare actor": { goal: "list", read: historyOf("u9999") },
  "history of an object": {
    goal: "list",
    read: async (db) => `${(await objectHistory(db, viewer, { type: "order", key: "1" })).rows.length} rows`,
  },
  "facts of an object": {
    goal: "list",
    read: async (db) => {
      const facts = await objectFacts(db, viewer, { type: "order", key: "1" });
      return `${facts?.events.count} events`;
    },
  },
};
