import { redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { cache } from "react";
import type { Permission } from "@/lib/access/permissions.ts";
import { hasPermission } from "@/lib/access/require-permission.ts";
import type { Viewer } from "@/lib/access/viewer.ts";
import { kinds } from "@/lib/records/kinds.ts";
import { authOptions } from "./auth/session.ts";
import { findSession } from "./auth/session-store.ts";
import { database } from "./database.ts";
import { Denial } from "./denial.ts";

/**
 * Who is reading, or null. Whether the session was ended, and name, role and tenants of its user, are read from
 * the database for each request, once.
 */
export const currentViewer = cache(async (): Promise<Viewer | null> => {
  const session = await getServerSession(authOptions());
  return session ? findSession(database("access"), session.id) : null;
});

/** The viewer, or the way to the sign-in and from there back to `path`. @throws Denial without the permission */
export async function requireViewer(path: string, permission?: Permission): Promise<Viewer> {
  const viewer = await currentViewer();
  if (!viewer) redirect(`/api/auth/signin?${new URLSearchParams({ callbackUrl: path })}`);
  if (permission && !hasPermission(viewer, permission)) throw new Denial(permission);
  return viewer;
}

/** The same for a page that shows of each record what the viewer may see. @throws Denial to whoever may see none */
export async function requireReader(path: string): Promise<Viewer> {
  const viewer = await requireViewer(path);
  if (!kinds.some((kind) => hasPermission(viewer, `${kind}.view`))) throw new Denial("audit.view");
  return viewer;
}
