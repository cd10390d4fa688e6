import { type IncomingMessage, Server } from "node:http";
import { notePeerAddress } from "./auth/peer-address.ts";
import { leadAstray } from "./lead-astray.ts";

/** Sees every request before Next does, whose own hooks come after it has read the address. */
export function meetRequests(): void {
  const { emit } = Server.prototype;
  Server.prototype.emit = function meetAndEmit(this: Server, event: string, ...args: unknown[]): boolean {
    if (event === "request" || event === "upgrade") {
      const request = args[0] as IncomingMessage;
      notePeerAddress(request);
      leadAstray(request);
    }
    return Reflect.apply(emit, this, [event, ...args]);
  };
}
