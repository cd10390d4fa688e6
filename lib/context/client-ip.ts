import ipaddr from "ipaddr.js";
import { AnnalsError } from "../errors.ts";
import { cleanText, quoteValue } from "./clean-text.ts";
import { splitForwarded, splitForwardedFor } from "./forwarded-header.ts";
import { parseAddress, parseNode } from "./parse-address.ts";

/**
 * Which proxies stand before the application: how many hops, or their addresses and networks
 * (`["10.0.0.0/8", "::1"]`). Without any, headers are not looked at.
 */
export type TrustedProxies = number | readonly string[];

export type ForwardingHeader = "x-forwarded-for" | "forwarded";

export interface Peer {
  /** The address at the other end of the socket; undefined where the framework hides it. */
  socketAddress?: string | undefined;
  /** A header by its lower-case name; several lines joined by commas. */
  header(name: ForwardingHeader): string | null | undefined;
}

export interface ClientIp {
  ip: string | null;
  /** `socket`, `x-forwarded-for`, `forwarded`, `unknown`, or what stood where an address should, ≤ 200 characters. */
  ipSource: string;
}

/**
 * Prepares the rule by which a client's address is found: from the socket outwards, past every proxy that is
 * trusted, to the first that is not. What stands further left can be forged and is not read. Where a hop is no
 * address, the address is not known: `ip` is null, and what stood there is kept.
 *
 * @param header the one that the proxies set. By default the one that is there, `X-Forwarded-For` before
 *   `Forwarded`: name it when a proxy sets `Forwarded` and lets the other pass.
 * @throws AnnalsError CONFIG_INVALID
 */
export function clientIpFinder(
  trustedProxies: TrustedProxies = 0,
  header?: ForwardingHeader,
): (peer: Peer) => ClientIp {
  const isTrusted = trustRule(trustedProxies);
  const reads = trustedProxies !== 0 && !(Array.isArray(trustedProxies) && trustedProxies.length === 0);
  return (peer) => {
    const socket = peer.socketAddress === undefined ? undefined : parseAddress(peer.socketAddress);
    // Where the socket is hidden (Next.js), what is configured can only mean that a proxy stands there.
    const forwarded =
      reads && (socket === undefined || isTrusted(socket, 0)) ? forwardedNodes(peer, header) : undefined;
    if (!forwarded)
      return socket === undefined ? { ip: null, ipSource: "unknown" } : { ip: socket, ipSource: "socket" };
    let ip = socket ?? null;
    for (const [index, node] of forwarded.nodes.reverse().entries()) {
      const address = parseNode(node);
      if (address === undefined) return { ip: null, ipSource: cleanText(`${forwarded.name}: ${node}`, 200) };
      ip = address;
      if (!isTrusted(address, index + 1)) break;
    }
    return { ip, ipSource: forwarded.name };
  };
}

function forwardedNodes(peer: Peer, only: ForwardingHeader | undefined) {
  const names: ForwardingHeader[] = only ? [only] : ["x-forwarded-for", "forwarded"];
  for (const name of names) {
    const value = peer.header(name);
    if (!value) continue;
    const nodes = name === "forwarded" ? splitForwarded(value) : splitForwardedFor(value);
    if (nodes.length > 0) return { name, nodes };
  }
  return undefined;
}

/** `hop` 0 is the other end of the socket, 1 the last entry of the header. */
function trustRule(trustedProxies: TrustedProxies): (address: string, hop: number) => boolean {
  if (typeof trustedProxies === "number") {
    if (!Number.isInteger(trustedProxies) || trustedProxies < 0) throw invalid(trustedProxies);
    return (_address, hop) => hop < trustedProxies;
  }
  if (!Array.isArray(trustedProxies)) throw invalid(trustedProxies);
  const networks = trustedProxies.map(parseNetwork);
  return (address) => {
    const parsed = ipaddr.parse(address);
    return networks.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
    );
  };
}

function parseNetwork(text: unknown): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (typeof text !== "string") throw invalid(text);
  const [, host = "", mask] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parseAddress(host);
  if (address === undefined) throw invalid(text);
  const network = ipaddr.parse(address);
  const width = network.kind() === "ipv4" ? 32 : 128;
  // A mask on a mapped address counts in 128 bits and would mean another network than it seems to.
  const mapped = network.kind() === "ipv4" && host.includes(":");
  const bits = mask === undefined ? width : Number(mask);
  if (bits > width || (mapped && mask !== undefined)) throw invalid(text);
  return [network, bits];
}

function invalid(value: unknown): AnnalsError {
  return new AnnalsError(
    "CONFIG_INVALID",
    `trustedProxies: ${quoteValue(value)} is neither a number of hops nor an address or network`,
    'Give the number of proxies before the application, such as 1, or their networks, such as ["10.0.0.0/8"].',
  );
}
