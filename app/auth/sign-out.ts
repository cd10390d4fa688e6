import { headers } from "next/headers";
import type { JWT } from "next-auth/jwt";
import { annals, consoleModule } from "../annals.ts";
import { database } from "../database.ts";
import { clientAddress } from "./client.ts";
import { endSession, findSession } from "./session-store.ts";

/**
 * Ends the session of a token, so that a copy of its cookie is worth nothing, and records that its user left.
 * A session that was ended before leaves nothing to record.
 */
export async function signOut(token: JWT | undefined): Promise<void> {
  const viewer = await findSession(database("access"), token?.session ?? "");
  if (!viewer || !token?.session) return;
  await endSession(database("access"), token.session);
  const { ip, ipSource } = await clientAddress();
  const userAgent = (await headers()).get("user-agent");
  await annals().logAuditEvent(
    { action: "LOGOUT", object: { type: "login", id: null, label: viewer.username } },
    {
      context: {
        actor: { id: viewer.id, label: viewer.label },
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
