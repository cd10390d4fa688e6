import { Server } from "node:http";

/** Where `notePeerAddresses` puts the address at the other end of the socket. */
export const peerHeader = "x-annals-peer";

/**
 * Makes the address of the socket readable in a request. Next passes on only headers, and the one that comes
 * nearest, `x-forwarded-for`, is whatever the client has sent; this one a client cannot set.
 */
export function notePeerAddresses(): void {
  const { emit } = Server.prototype;
  Server.prototype.emit = function noteAndEmit(this: Server, event: string, ...args: unknown[]): boolean {
    if (event === "request" || event === "upgrade") {
      const { headers, socket } = args[0] as import("node:http").IncomingMessage;
      headers[peerHeader] = socket.remoteAddress ?? "";
    }
    return Reflect.apply(emit, this, [event, ...args]);
  };
}
