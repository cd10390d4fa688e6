import type { EventEmitter } from "node:events";

/** What is used of Express's request; a request of Node's `http` will do. */
export interface RequestLike extends EventEmitter {
  method?: string | undefined;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  socket: { remoteAddress?: string | undefined };
  baseUrl?: string;
  route?: { path?: unknown } | undefined;
}

export interface ResponseLike extends EventEmitter {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  getHeader(name: string): unknown;
}
