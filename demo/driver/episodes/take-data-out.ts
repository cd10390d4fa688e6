import type { Story } from "../story.ts";
import { expectStatus, type Visitor } from "../visitor.ts";

/** Orders leave as CSV files: one is fetched twice, one never, and one by a colleague. */
export async function takeDataOut({ people }: Story): Promise<void> {
  const all = await exportOrders(people.ines, {});
  expectStatus(await people.ines.get(all), 200);
  expectStatus(await people.ines.get(all), 200);

  const shipped = await exportOrders(people.lena, { status: "shipped" });
  expectStatus(await people.samuel.get(shipped), 200);

  await exportOrders(people.samuel, { status: "cancelled" });
}

async function exportOrders(visitor: Visitor, filter: { status?: string }): Promise<string> {
  return expectStatus(await visitor.post<{ download: string }>("/exports/orders", filter), 201).download;
}
