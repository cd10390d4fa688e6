/** Every code has a page in `docs/errors/`, named after it. */
export type ErrorCode =
  | "CONFIG_INVALID"
  | "CONTEXT_INVALID"
  | "DATABASE_UNREACHABLE"
  | "DATABASE_TOO_OLD"
  | "DATABASE_ENCODING"
  | "RIGHT_MISSING"
  | "NOT_MIGRATED"
  | "MIGRATION_EDITED"
  | "MIGRATION_UNKNOWN"
  | "LOCK_TIMEOUT"
  | "EVENT_INVALID"
  | "EXPORT_TOO_LARGE"
  | "TABLE_NOT_FOUND"
  | "TABLE_NOT_TRACKABLE"
  | "FORBIDDEN"
  | "ARCHIVE_FAILED"
  | "MONTH_IN_USE"
  | "NOT_FOUND"
  | "USAGE";

/**
 * The one error class of the library: what went wrong (`message`), what to do (`hint`), a stable `code`
 * to branch on, and the original error as `cause` where there is one.
 */
export class AnnalsError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "AnnalsError";
    this.code = code;
    this.hint = hint;
  }
}

/** Where TypeScript would have refused a call that plain JavaScript lets through. @throws AnnalsError USAGE */
export function requireUsage(isRight: boolean, message: string, hint: string): void {
  if (!isRight) throw new AnnalsError("USAGE", message, hint);
}

/** Of a server that follows another one. `where`: `host:port/database`, when known. */
export function standbyServer(where?: string, cause?: unknown): AnnalsError {
  return new AnnalsError(
    "DATABASE_UNREACHABLE",
    `PostgreSQL${where ? ` at ${where}` : ""} is a standby, which takes no writes.`,
    "Point the database URL (--database-url, DATABASE_URL) at the primary server.",
    { cause },
  );
}

/** Of a server that has stopped without a word, or the way to it. `next`: what comes of it. */
export function silentServer(ms: number, next: string, cause?: unknown): AnnalsError {
  return new AnnalsError(
    "DATABASE_UNREACHABLE",
    `PostgreSQL has not answered for ${Math.round(ms / 1000)} seconds`,
    `Has the server, or a proxy or firewall before it, stopped? ${next}`,
    { cause },
  );
}
