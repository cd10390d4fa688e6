import { AnnalsError } from "../errors.ts";

interface ConnectionError extends Error {
  code?: string;
  address?: string;
  hostname?: string;
  port?: number | string;
}

const hints: Record<string, string> = {
  ECONNREFUSED: "Is PostgreSQL running there, and does it listen on that address and port?",
  ENOTFOUND: "That host name is not known: is it spelled right?",
  EAI_AGAIN: "The host name could not be looked up just now: does this machine have a network?",
  ETIMEDOUT: "Nothing answered: is a firewall in between?",
  CONNECT_TIMEOUT: "Nothing answered: is a firewall in between?",
  EHOSTUNREACH: "There is no way to that host from here.",
  ENETUNREACH: "There is no way to that host from here.",
  ECONNRESET: "It ended the connection while it was being made: does it want TLS (?sslmode=require)?",
  CONNECTION_CLOSED:
    "It ended the connection: was PostgreSQL shut down, or does it want TLS (?sslmode=require)?",
  CONNECTION_DESTROYED: "The connection was ended from this side.",
  "08006": "The connection broke: is PostgreSQL still running?",
  "28P01": "Is the password right?",
  "28000": "Does pg_hba.conf let this role in from here, and with TLS or without?",
  "3D000": "Make the database first, with `createdb`, or name another.",
  "53300": "All connections of the server are taken: close some, or raise max_connections.",
  "57P01": "The server was shut down, or an administrator ended the connection.",
  "57P03": "The server is starting up or shutting down: try again in a moment.",
};

/**
 * The error of a driver that could not connect or lost its connection, as ours; any other error as it is.
 *
 * @param where `host:port/database`, when known; a password must not be in it
 */
export function explainConnectionError(error: unknown, where?: string): unknown {
  if (error instanceof AnnalsError) return error;
  const { code = "", message, address, hostname, port } = (error ?? {}) as ConnectionError;
  const hint = hints[code];
  if (hint === undefined) return error;
  const place = where ?? [address ?? hostname, port].filter(Boolean).join(":");
  return new AnnalsError(
    "DATABASE_UNREACHABLE",
    `No connection to PostgreSQL${place ? ` at ${place}` : ""}: ${message || code}.`,
    hint,
    { cause: error },
  );
}
