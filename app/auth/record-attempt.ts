import { headers } from "next/headers";
import { cleanText } from "@/lib/context/clean-text.ts";
import { database } from "../database.ts";
import { clientAddress } from "./client.ts";

interface Attempt {
  username: string;
  status: "SUCCESS" | "FAILED" | "BLOCKED";
  reason?: string;
  user?: { id: string; label: string };
}

export async function recordAttempt({ username, status, reason, user }: Attempt): Promise<void> {
  const { ip, ipSource } = await clientAddress();
  await database("rows").query("SELECT annals.record('logins', $1::json, $2::json)", [
    JSON.stringify({ username: cleanText(username, 1000), status, failure_reason: reason }),
    JSON.stringify({
      actor_kind: user ? "user" : "anonymous",
      actor_id: user?.id ?? "",
      actor_label: user?.label ?? "",
      attribution: user ? "session" : "none",
      ip,
      ip_source: ipSource,
      user_agent: cleanText((await headers()).get("user-agent") ?? "", 500),
      module: "console",
      source: "console",
    }),
  ]);
}
