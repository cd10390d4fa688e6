import { expect, test } from "vitest";
import { clientIpFinder } from "../../lib/context/client-ip.ts";
import { trustsPeer } from "./client.ts";

test.each([
  ["no proxy", 0, "10.0.0.1", false],
  ["one hop", 1, "10.0.0.1", true],
  ["a network that the peer is in", ["10.0.0.0/8"], "10.0.0.1", true],
  ["a network that the peer is not in", ["10.0.0.0/8"], "192.0.2.9", false],
] as const)("with %s, forwarding headers are believed: %s %s %s", (_, proxies, peer, trusted) => {
  expect(trustsPeer(clientIpFinder(proxies), peer)).toBe(trusted);
});
