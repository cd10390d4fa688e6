import { and, eq, lt } from "drizzle-orm";
import type { Shop } from "../shop.ts";
import { orders } from "../tables.ts";

/** Invoices what was shipped. Nobody is signed in at night, so the job says itself who it is. */
export async function nightlyBilling({ annals, db }: Shop): Promise<number> {
  return annals.run(
    {
      actor: { kind: "job", id: "nightly-billing", label: "Nightly billing" },
      module: "billing",
      reason: "Monthly invoice run",
    },
    async () => {
      const shipped = and(eq(orders.status, "shipped"), lt(orders.shippedAt, new Date()));
      const rows = await db
        .update(orders)
        .set({ status: "invoiced" })
        .where(shipped)
        .returning({ id: orders.id });
      await annals.logSystemEvent({
        eventType: "MAINTENANCE",
        title: "Nightly billing finished",
        description: `${rows.length} orders invoiced`,
      });
      return rows.length;
    },
  );
}
