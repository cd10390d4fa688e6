import { headers } from "next/headers";
import { annals, consoleModule } from "../annals.ts";
import { database } from "../database.ts";
import { clientAddress } from "./client.ts";

/** Records that somebody left the console. A failure is reported and keeps nobody from leaving. */
export async function recordSignOut(userId: string | undefined): Promise<void> {
  if (!userId) return;
  const [user] = await database("rows").query<{ username: string; label: string }>(
    "SELECT username, label FROM annals.console_user WHERE id = $1::uuid",
    [userId],
  );
  const { ip, ipSource } = await clientAddress();
  const userAgent = (await headers()).get("user-agent");
  await annals().logAuditEvent(
    { action: "LOGOUT", object: { type: "login", id: null, label: user?.username ?? "" } },
    {
      context: {
        actor: { id: userId, label: user?.label ?? "" },
        attribution: "session",
        ip,
        ipSource,
        userAgent,
        source: "console",
        module: consoleModule,
      },
      onFailure: "report",
    },
  );
}
