import { type IncomingMessage, Server, ServerResponse } from "node:http";
import { withResponse } from "./answer-with.ts";
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
    const emitOn = () => Reflect.apply(emit, this, [event, ...args]);
    const [, response] = args;
    return response instanceof ServerResponse ? withResponse(response, emitOn) : emitOn();
  };
}
