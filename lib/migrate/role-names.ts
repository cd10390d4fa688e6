/** The roles of Annals. They belong to the server, so all databases on it share them. None can sign in. */
export const roleNames = {
  /** Owns schema, tables, sequences, functions. */
  owner: "annals_owner",
  /** Owns what runs inside a host's transaction: may append to the outbox, nothing else. */
  capture: "annals_capture",
  /** Owns what files the outbox. */
  relay: "annals_relay",
  /** Given to whoever reads the records; not to the console, which has to know its users. */
  reader: "annals_reader",
  /** Given to hosts: may record an event and start the relay. */
  writer: "annals_writer",
  /** Given to the console: what a reader and a writer may, and to read its users with their password hashes. */
  console: "annals_console",
  /** Given to whoever retires months by `annals retention`: what a reader may, and that. */
  eraser: "annals_eraser",
} as const;

/** The roles that own something: nobody may sign in as one of them, nor may they be superusers. */
export const owningRoles: string[] = [roleNames.owner, roleNames.capture, roleNames.relay];

/**
 * Which role may what another may: the owner acts as those that own something, the console reads and writes, an
 * eraser reads.
 */
export const memberships: readonly { member: string; of: string }[] = [
  { member: roleNames.owner, of: roleNames.capture },
  { member: roleNames.owner, of: roleNames.relay },
  { member: roleNames.console, of: roleNames.reader },
  { member: roleNames.console, of: roleNames.writer },
  { member: roleNames.eraser, of: roleNames.reader },
];

/** The newest: some other role of the server may have had that name before. */
export const lateRoles: string[] = [roleNames.console, roleNames.eraser];

export const allRoles: string[] = Object.values(roleNames);
