import { headers } from "next/headers";
import type { Annals } from "@/lib/index.ts";
import { annals, consoleModule } from "../annals.ts";
import { clientAddress } from "./client.ts";

type Attempt = Parameters<Annals["logLoginAttempt"]>[0];

/** Records a sign-in to the console, or an attempt at one, with what is known of where it came from. */
export async function recordAttempt(attempt: Attempt): Promise<void> {
  const { ip, ipSource } = await clientAddress();
  const userAgent = (await headers()).get("user-agent");
  await annals().logLoginAttempt(attempt, {
    context: { ip, ipSource, userAgent, module: consoleModule, source: "console" },
  });
}
