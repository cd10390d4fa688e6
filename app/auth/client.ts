import { headers } from "next/headers";
import { type ClientIp, clientIpFinder } from "@/lib/context/client-ip.ts";
import { peerHeader } from "./peer-address.ts";

let find: ReturnType<typeof clientIpFinder> | undefined;

/** Reads ANNALS_PROXIES. @throws AnnalsError CONFIG_INVALID when it names no proxies */
export function addressFinder(): ReturnType<typeof clientIpFinder> {
  find ??= clientIpFinder(readProxies(process.env.ANNALS_PROXIES ?? ""));
  return find;
}

/**
 * The address of whoever sent this request: that of the socket, or what the proxies say that ANNALS_PROXIES
 * names (a number of hops, or their addresses and networks, with commas between).
 */
export async function clientAddress(): Promise<ClientIp> {
  const given = await headers();
  return addressFinder()({
    socketAddress: given.get(peerHeader) || undefined,
    header: (name) => given.get(name),
  });
}

/**
 * Whether one of the proxies of ANNALS_PROXIES sent this request on, so that what it says in other forwarding
 * headers is its word and not the client's.
 */
export async function isBehindProxy(): Promise<boolean> {
  const given = await headers();
  return trustsPeer(addressFinder(), given.get(peerHeader) || undefined);
}

/** A header is believed from this peer exactly if an address in it would be. */
export function trustsPeer(
  findAddress: ReturnType<typeof clientIpFinder>,
  socketAddress: string | undefined,
): boolean {
  const header = (name: string) => (name === "x-forwarded-for" ? "192.0.2.1" : null);
  return findAddress({ socketAddress, header }).ipSource === "x-forwarded-for";
}

function readProxies(text: string): number | string[] {
  if (/^\d*$/.test(text)) return Number(text);
  return text.split(",").map((part) => part.trim());
}
