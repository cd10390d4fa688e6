import { nightlyBilling } from "../../shop/jobs/nightly-billing.ts";
import type { Story } from "../story.ts";
import { expectStatus } from "../visitor.ts";

/** Everybody goes home; at night the job writes the invoices. */
export async function closeTheDay({ people, shop }: Story): Promise<void> {
  for (const name of ["tom", "priya", "lena", "samuel", "ines"] as const) {
    expectStatus(await people[name].post("/sign-out"), 204);
  }
  await nightlyBilling(shop);
}
