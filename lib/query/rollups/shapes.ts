import type { Kind } from "../../records/define.ts";

/** What the relay counts: the rows of a record by up to three columns; without any, all rows. */
export interface Shape {
  /** Its number in `annals.rollup_shape`. */
  shape: number;
  columns: readonly string[];
}

/**
 * Of this shape only the cells of given actors are read: those of all actors are so many that to add them up takes
 * longer than a page has.
 */
export const ofGivenActors = 111;

/**
 * `annals.rollup_shape`, as the migrations have it. A tenant stands first, so that its cells lie together; beside
 * another column only rows of a tenant are counted. Columns that change after filing (whether an event is
 * resolved, the status of an export) are in none: they are counted directly.
 */
export const shapes: Readonly<Record<Kind, readonly Shape[]>> = {
  audit: [
    { shape: 100, columns: [] },
    { shape: 101, columns: ["action"] },
    { shape: 102, columns: ["object_type"] },
    { shape: 103, columns: ["module"] },
    { shape: 104, columns: ["actor_id"] },
    { shape: 105, columns: ["actor_kind"] },
    { shape: 106, columns: ["attribution"] },
    { shape: 107, columns: ["source"] },
    { shape: 108, columns: ["tenant"] },
    { shape: 109, columns: ["action", "source", "attribution"] },
    { shape: 110, columns: ["action", "object_type", "module"] },
    { shape: 111, columns: ["actor_id", "action"] },
    { shape: 112, columns: ["impersonator_id"] },
    { shape: 121, columns: ["tenant", "module"] },
    { shape: 122, columns: ["tenant", "actor_id"] },
    { shape: 123, columns: ["tenant", "action", "object_type"] },
  ],
  logins: [
    { shape: 200, columns: [] },
    { shape: 201, columns: ["username"] },
    { shape: 202, columns: ["status"] },
    { shape: 203, columns: ["failure_reason"] },
    { shape: 204, columns: ["country"] },
    { shape: 205, columns: ["ip"] },
    { shape: 206, columns: ["actor_id"] },
    { shape: 207, columns: ["module"] },
    { shape: 208, columns: ["tenant"] },
    { shape: 209, columns: ["impersonator_id"] },
    { shape: 210, columns: ["status", "failure_reason", "country"] },
    { shape: 221, columns: ["tenant", "country"] },
    { shape: 222, columns: ["tenant", "status", "failure_reason"] },
  ],
  exports: [
    { shape: 300, columns: [] },
    { shape: 301, columns: ["export_type"] },
    { shape: 302, columns: ["file_format"] },
    { shape: 303, columns: ["module"] },
    { shape: 304, columns: ["actor_id"] },
    { shape: 305, columns: ["actor_kind"] },
    { shape: 306, columns: ["attribution"] },
    { shape: 308, columns: ["tenant"] },
    { shape: 309, columns: ["impersonator_id"] },
    { shape: 310, columns: ["export_type", "file_format", "module"] },
    { shape: 321, columns: ["tenant", "module"] },
    { shape: 322, columns: ["tenant", "export_type", "file_format"] },
  ],
  events: [
    { shape: 400, columns: [] },
    { shape: 401, columns: ["event_type"] },
    { shape: 402, columns: ["module"] },
    { shape: 403, columns: ["error_code"] },
    { shape: 404, columns: ["actor_id"] },
    { shape: 405, columns: ["actor_kind"] },
    { shape: 406, columns: ["attribution"] },
    { shape: 407, columns: ["fingerprint"] },
    { shape: 408, columns: ["tenant"] },
    { shape: 409, columns: ["impersonator_id"] },
    { shape: 410, columns: ["event_type", "module", "error_code"] },
    { shape: 421, columns: ["tenant", "error_code"] },
    { shape: 422, columns: ["tenant", "event_type", "module"] },
  ],
};
