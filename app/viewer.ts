import { redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { cache } from "react";
import type { Permission } from "@/lib/access/permissions.ts";
import { hasPermission } from "@/lib/access/require-permission.ts";
import { isRole } from "@/lib/access/roles.ts";
import { type Viewer, viewerOf } from "@/lib/access/viewer.ts";
import { authOptions } from "./auth/session.ts";
import { database } from "./database.ts";

interface ConsoleUser {
  id: string;
  username: string;
  label: string;
  role: string;
}

/**
 * Who is reading, or null. Name, role and whether the user may come in are read from the database for each
 * request, once: a user who is disabled, has another role or a new password since is so at once.
 */
export const currentViewer = cache(async (): Promise<Viewer | null> => {
  const session = await getServerSession(authOptions());
  if (!session?.userId) return null;
  const [user] = await database("rows").query<ConsoleUser>(
    `SELECT id, username, label, role FROM annals.console_user
     WHERE id = $1::uuid AND extract(epoch FROM password_changed_at)::text = $2 AND disabled_at IS NULL`,
    [session.userId, session.version],
  );
  if (!user || !isRole(user.role)) return null;
  return viewerOf({ ...user, role: user.role });
});

/** The viewer, or the way to the sign-in and from there back to `path`; `/denied` without the permission. */
export async function requireViewer(path: string, permission?: Permission): Promise<Viewer> {
  const viewer = await currentViewer();
  if (!viewer) redirect(`/api/auth/signin?${new URLSearchParams({ callbackUrl: path })}`);
  if (permission && !hasPermission(viewer, permission))
    redirect(`/denied?${new URLSearchParams({ needs: permission })}`);
  return viewer;
}
