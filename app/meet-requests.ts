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
    if (event === "request" && (args[0] as IncomingMessage).method === "TRACE") {
      refuse(args[1] as ServerResponse);
      return true;
    }
    const emitOn = () => Reflect.apply(emit, this, [event, ...args]);
    const [, response] = args;
    return response instanceof ServerResponse ? withResponse(response, emitOn) : emitOn();
  };
}

/** A method of which the Fetch API makes no request, so that Next takes it for a failure of ours. */
function refuse(response: ServerResponse): void {
  response.writeHead(405, { Allow: "GET, HEAD, POST" }).end();
}
