import { AnnalsError } from "../errors.ts";
import type { Server } from "./inspect-server.ts";
import { roleNames } from "./role-names.ts";

/** How an installation is (to be) set up. */
export interface Installation {
  singleRole: boolean;
  owner: string;
  hostRoles: string[];
  notes: string[];
}

const landingNote =
  "The role that is connected is called annals, as our schema is, and its search_path begins with $user: tables " +
  "that it makes without naming a schema land in schema annals. Run: ALTER ROLE annals SET search_path = public;";

/**
 * Decides between roles of our own and a single role, and for whom the grants to the application are.
 *
 * @throws AnnalsError CONFIG_INVALID when a single role is asked for where the roles are in place
 */
export function planInstallation(
  server: Server,
  options: { singleRole?: boolean; hostRoles?: readonly string[] },
): Installation {
  const { singleRole = false } = options;
  const notes = server.landsInSchema ? [landingNote] : [];
  if (singleRole && server.schemaOwner === roleNames.owner) {
    throw new AnnalsError(
      "CONFIG_INVALID",
      "Annals is installed with roles of its own here; going back to a single role would take protection away.",
      "Run `annals migrate` without --single-role.",
    );
  }
  if (singleRole) {
    const note =
      "Single role: whoever connects as the owner can change the records. The guard on them stops mistakes only.";
    const owner = server.schemaOwner ?? server.role;
    return { singleRole, owner, hostRoles: [...(options.hostRoles ?? [])], notes: [note] };
  }
  const hostRoles = [...(options.hostRoles ?? (server.isSuperuser ? [] : [server.role]))];
  if (hostRoles.length === 0 && !server.hasHostRole) {
    notes.push(
      "No role was named for the application. If it does not connect as a superuser, name its role: " +
        "annals migrate --host-role NAME",
    );
  }
  if (!server.isSuperuser && hostRoles.includes(server.role)) {
    notes.push(
      `Role “${server.role}” migrates, so it may act as the owner of the records. For full protection let the ` +
        "application connect as another role, named by --host-role.",
    );
  }
  return { singleRole, owner: roleNames.owner, hostRoles, notes };
}
