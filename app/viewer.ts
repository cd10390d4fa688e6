import { redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { cache } from "react";
import type { Permission } from "@/lib/access/permissions.ts";
import { hasPermission } from "@/lib/access/require-permission.ts";
import type { Viewer } from "@/lib/access/viewer.ts";
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
