import { type ClientIp, clientIpFinder, type Peer } from "../../context/client-ip.ts";
import type { Context } from "../../context/context.ts";
import { uuidV7 } from "../../context/uuid-v7.ts";

/** The part of a request that a context is read from. */
export interface RequestHead {
  /** The address at the other end of the socket; undefined where the framework hides it. */
  socketAddress: string | undefined;
  /** A header by its lower-case name. */
  header(name: string): string | null | undefined;
}

interface Settings {
  trustedProxies: Parameters<typeof clientIpFinder>[0];
  proxyHeader?: Parameters<typeof clientIpFinder>[1];
}

/** Prepares what reads address, browser, request id and trace id from a request. @throws AnnalsError CONFIG_INVALID */
export function requestContextReader({
  trustedProxies,
  proxyHeader,
}: Settings): (head: RequestHead) => Context & ClientIp & { requestId: string } {
  const findIp: (peer: Peer) => ClientIp = clientIpFinder(trustedProxies, proxyHeader);
  return (head) => ({
    ...findIp(head),
    userAgent: head.header("user-agent") ?? null,
    requestId: requestIdOf(head.header("x-request-id")),
    traceId: traceIdOf(head.header("traceparent")),
  });
}

/** The id that came with the request, when it is one: of 1 to 200 plain characters. Else a new UUIDv7. */
function requestIdOf(header: string | null | undefined): string {
  return header && /^[\w.:/+=@~-]{1,200}$/.test(header) ? header : uuidV7();
}

/** The trace id of a W3C `traceparent`. */
function traceIdOf(header: string | null | undefined): string | null {
  const [, traceId = ""] = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(header ?? "") ?? [];
  return traceId === "" || /^0+$/.test(traceId) ? null : traceId;
}
