import type { Story } from "../story.ts";
import { expectStatus } from "../visitor.ts";

/** A report with a bug, asked for three times, and one that takes its time. */
export async function breakThings({ people }: Story): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expectStatus(await people.ines.get("/reports/shipping-weight"), 500);
  }
  expectStatus(await people.ines.get("/reports/turnover"), 200);
}
