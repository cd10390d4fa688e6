import type { ErrorRequestHandler } from "express";
import { ZodError } from "zod";

/** An answer that is not the one hoped for: thrown by a route, sent by `sendError`. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "HttpError";
    this.status = status;
  }
}

/** What `row` holds, or 404 where it holds nothing. */
export function found<Row>(row: Row | undefined, what: string): Row {
  if (row === undefined) throw new HttpError(404, `${what} not found`);
  return row;
}

/** The last handler: known errors get their status, everything else is a plain 500 without details. */
export const sendError: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  if (error instanceof ZodError) {
    response.status(400).json({ error: "invalid", issues: error.issues });
  } else if (error instanceof HttpError || error.expose) {
    response.status(error.status).json({ error: error.message });
  } else {
    response.status(500).json({ error: "something went wrong" });
  }
};
