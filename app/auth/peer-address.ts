import type { IncomingMessage } from "node:http";

/** Where `notePeerAddress` puts the address at the other end of the socket. */
export const peerHeader = "x-annals-peer";

/**
 * Makes the address of the socket readable in a request. Next passes on only headers, and the one that comes
 * nearest, `x-forwarded-for`, is whatever the client has sent; this one a client cannot set.
 */
export function notePeerAddress({ headers, socket }: IncomingMessage): void {
  headers[peerHeader] = socket.remoteAddress ?? "";
}
