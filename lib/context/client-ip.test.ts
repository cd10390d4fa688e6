import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clientIpFinder, type ForwardingHeader, type TrustedProxies } from "./client-ip.ts";

interface Case {
  name: string;
  proxies?: TrustedProxies;
  header?: ForwardingHeader;
  socket?: string;
  xff?: string;
  forwarded?: string;
  ip: string | null;
  source: string;
}

const xff = "x-forwarded-for";
const local = ["10.0.0.0/8", "127.0.0.1", "::1", "fd00::/8"];
const cases: Case[] = [
  // Without trusted proxies
  { name: "the socket's address", socket: "192.0.2.1", ip: "192.0.2.1", source: "socket" },
  { name: "an IPv6 socket", socket: "2001:DB8::0001", ip: "2001:db8::1", source: "socket" },
  { name: "an IPv4 socket as IPv6", socket: "::ffff:192.0.2.1", ip: "192.0.2.1", source: "socket" },
  { name: "a zone is dropped", socket: "fe80::1%eth0", ip: "fe80::1", source: "socket" },
  {
    name: "a header is not believed",
    socket: "192.0.2.1",
    xff: "6.6.6.6",
    ip: "192.0.2.1",
    source: "socket",
  },
  {
    name: "nor is the other one",
    socket: "192.0.2.1",
    forwarded: "for=6.6.6.6",
    ip: "192.0.2.1",
    source: "socket",
  },
  {
    name: "no proxies at all",
    proxies: [],
    socket: "10.0.0.1",
    xff: "6.6.6.6",
    ip: "10.0.0.1",
    source: "socket",
  },
  { name: "no socket, no proxy", xff: "6.6.6.6", ip: null, source: "unknown" },
  { name: "a socket that is gone", socket: "", ip: null, source: "unknown" },
  // By number of hops
  { name: "one hop", proxies: 1, socket: "10.0.0.1", xff: "192.0.2.1", ip: "192.0.2.1", source: xff },
  {
    name: "one hop, forged left",
    proxies: 1,
    socket: "10.0.0.1",
    xff: "6.6.6.6, 192.0.2.1",
    ip: "192.0.2.1",
    source: xff,
  },
  {
    name: "two hops",
    proxies: 2,
    socket: "10.0.0.1",
    xff: "6.6.6.6, 192.0.2.1, 10.0.0.2",
    ip: "192.0.2.1",
    source: xff,
  },
  {
    name: "three hops",
    proxies: 3,
    socket: "10.0.0.1",
    xff: "6.6.6.6,192.0.2.1,10.0.0.3,10.0.0.2",
    ip: "192.0.2.1",
    source: xff,
  },
  {
    name: "more hops than entries",
    proxies: 3,
    socket: "10.0.0.1",
    xff: "192.0.2.1",
    ip: "192.0.2.1",
    source: xff,
  },
  { name: "a hop, no header", proxies: 1, socket: "192.0.2.1", ip: "192.0.2.1", source: "socket" },
  {
    name: "a hop, an empty header",
    proxies: 1,
    socket: "192.0.2.1",
    xff: " , ,",
    ip: "192.0.2.1",
    source: "socket",
  },
  {
    name: "no socket, one hop (Next.js)",
    proxies: 1,
    xff: "6.6.6.6, 192.0.2.1",
    ip: "192.0.2.1",
    source: xff,
  },
  {
    name: "no socket, networks (Next.js)",
    proxies: local,
    xff: "6.6.6.6, 192.0.2.1, 10.0.0.2",
    ip: "192.0.2.1",
    source: xff,
  },
  // By networks
  {
    name: "an untrusted socket",
    proxies: local,
    socket: "192.0.2.1",
    xff: "6.6.6.6",
    ip: "192.0.2.1",
    source: "socket",
  },
  {
    name: "a trusted socket",
    proxies: local,
    socket: "10.1.2.3",
    xff: "192.0.2.1",
    ip: "192.0.2.1",
    source: xff,
  },
  {
    name: "a mapped trusted socket",
    proxies: local,
    socket: "::ffff:10.1.2.3",
    xff: "192.0.2.1",
    ip: "192.0.2.1",
    source: xff,
  },
  {
    name: "a trusted IPv6 socket",
    proxies: local,
    socket: "fd00::5",
    xff: "2001:db8::7",
    ip: "2001:db8::7",
    source: xff,
  },
  {
    name: "stops at the first untrusted",
    proxies: local,
    socket: "127.0.0.1",
    xff: "10.0.0.9, 192.0.2.1, 10.0.0.2",
    ip: "192.0.2.1",
    source: xff,
  },
  {
    name: "all trusted: the outermost",
    proxies: local,
    socket: "127.0.0.1",
    xff: "10.0.0.9, 10.0.0.8",
    ip: "10.0.0.9",
    source: xff,
  },
  {
    name: "repeated header lines",
    proxies: local,
    socket: "::1",
    xff: "6.6.6.6, 192.0.2.1, 10.0.0.1",
    ip: "192.0.2.1",
    source: xff,
  },
  // Forms of entries
  {
    name: "with a port",
    proxies: 1,
    socket: "10.0.0.1",
    xff: "192.0.2.1:4711",
    ip: "192.0.2.1",
    source: xff,
  },
  { name: "IPv6 bare", proxies: 1, socket: "10.0.0.1", xff: "2001:db8::1", ip: "2001:db8::1", source: xff },
  {
    name: "IPv6 in brackets",
    proxies: 1,
    socket: "10.0.0.1",
    xff: "[2001:db8::1]",
    ip: "2001:db8::1",
    source: xff,
  },
  {
    name: "IPv6 with a port",
    proxies: 1,
    socket: "10.0.0.1",
    xff: "[2001:db8::1]:4711",
    ip: "2001:db8::1",
    source: xff,
  },
  {
    name: "blanks and tabs around",
    proxies: 1,
    socket: "10.0.0.1",
    xff: "\t 192.0.2.1 \t",
    ip: "192.0.2.1",
    source: xff,
  },
  {
    name: "empty elements",
    proxies: 1,
    socket: "10.0.0.1",
    xff: "6.6.6.6, ,192.0.2.1,,",
    ip: "192.0.2.1",
    source: xff,
  },
  ...[
    "unknown",
    "_hidden",
    "0177.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "192.0.2.256",
    "192.0.2.01",
    "192.0.2.1/24",
    "[192.0.2.1]",
    "2001:db8::1::2",
    "1:2:3:4:5:6:7:8:9",
    "fe80::1%",
    "192.0.2.1:port",
    "localhost",
    "'; drop table x; --",
    "‮192.0.2.1",
    "１９２.0.2.1",
  ].map(
    (node): Case => ({
      name: `no address: ${node}`,
      proxies: 1,
      socket: "10.0.0.1",
      xff: `6.6.6.6, ${node}`,
      ip: null,
      source: `${xff}: ${node}`,
    }),
  ),
  {
    name: "garbage beyond what is trusted is not read",
    proxies: 1,
    socket: "10.0.0.1",
    xff: "garbage, 192.0.2.1",
    ip: "192.0.2.1",
    source: xff,
  },
  {
    name: "garbage behind a trusted one",
    proxies: local,
    socket: "10.0.0.1",
    xff: "unknown, 10.0.0.2",
    ip: null,
    source: `${xff}: unknown`,
  },
  // Forwarded
  {
    name: "Forwarded",
    proxies: 1,
    socket: "10.0.0.1",
    forwarded: "for=192.0.2.1",
    ip: "192.0.2.1",
    source: "forwarded",
  },
  {
    name: "Forwarded with parameters",
    proxies: 1,
    socket: "10.0.0.1",
    forwarded: "for=6.6.6.6;proto=http, proto=https ; For=192.0.2.1 ;by=10.0.0.1",
    ip: "192.0.2.1",
    source: "forwarded",
  },
  {
    name: "Forwarded, quoted IPv6 with a port",
    proxies: 1,
    socket: "10.0.0.1",
    forwarded: 'for="[2001:db8::1]:4711"',
    ip: "2001:db8::1",
    source: "forwarded",
  },
  {
    name: "Forwarded, quoted comma and semicolon",
    proxies: 1,
    socket: "10.0.0.1",
    forwarded: 'for=192.0.2.1;host="a,b;for=6.6.6.6"',
    ip: "192.0.2.1",
    source: "forwarded",
  },
  {
    name: "Forwarded, escapes",
    proxies: 1,
    socket: "10.0.0.1",
    forwarded: 'for="192.0.2.\\1"',
    ip: "192.0.2.1",
    source: "forwarded",
  },
  {
    name: "Forwarded, a quote that does not end",
    proxies: 1,
    socket: "10.0.0.1",
    forwarded: 'for="192.0.2.1',
    ip: null,
    source: 'forwarded: "192.0.2.1',
  },
  {
    name: "Forwarded, unknown",
    proxies: 1,
    socket: "10.0.0.1",
    forwarded: "for=unknown",
    ip: null,
    source: "forwarded: unknown",
  },
  {
    name: "Forwarded, obfuscated",
    proxies: 1,
    socket: "10.0.0.1",
    forwarded: 'for="_gazonk"',
    ip: null,
    source: "forwarded: _gazonk",
  },
  {
    name: "Forwarded without for",
    proxies: 1,
    socket: "10.0.0.1",
    forwarded: "for=6.6.6.6, proto=https",
    ip: null,
    source: "forwarded: proto=https",
  },
  {
    name: "Forwarded with two",
    proxies: 1,
    socket: "10.0.0.1",
    forwarded: "for=1.1.1.1;for=2.2.2.2",
    ip: null,
    source: "forwarded: for=1.1.1.1;for=2.2.2.2",
  },
  {
    name: "both: the usual one",
    proxies: 1,
    socket: "10.0.0.1",
    xff: "192.0.2.1",
    forwarded: "for=6.6.6.6",
    ip: "192.0.2.1",
    source: xff,
  },
  {
    name: "both: the one that is named",
    proxies: 1,
    header: "forwarded",
    socket: "10.0.0.1",
    xff: "6.6.6.6",
    forwarded: "for=192.0.2.1",
    ip: "192.0.2.1",
    source: "forwarded",
  },
  {
    name: "the other one only",
    proxies: 1,
    header: "forwarded",
    socket: "10.0.0.1",
    xff: "6.6.6.6",
    ip: "10.0.0.1",
    source: "socket",
  },
];

function find(one: Omit<Case, "ip" | "source" | "name">) {
  return clientIpFinder(
    one.proxies,
    one.header,
  )({
    socketAddress: one.socket,
    header: (name) => (name === xff ? one.xff : one.forwarded),
  });
}

test.each(cases)("$name", (one) => {
  expect(find(one)).toEqual({ ip: one.ip, ipSource: one.source });
});

describe("whatever the headers are", () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom(
      "unknown",
      "_x",
      "10.0.0.1",
      "10.9.9.9",
      "127.1",
      '"',
      "%",
      "[::1]:1",
      "[",
      "::ffff:10.0.0.1",
    ),
    fc.string(),
    fc.string({ unit: "binary", maxLength: 500 }),
  );
  const headers = fc.array(address, { maxLength: 6 }).map((nodes) => nodes.join(","));

  test("the answer is an address or null with at most 200 characters of what stood there", () => {
    fc.assert(
      fc.property(
        headers,
        headers,
        fc.constantFrom<TrustedProxies>(0, 1, 2, local, ["0.0.0.0/0", "::/0"]),
        (one, two, proxies) => {
          const { ip, ipSource } = find({ proxies, socket: "10.0.0.1", xff: one, forwarded: `for=${two}` });
          expect(ipSource.length).toBeLessThanOrEqual(200);
          expect(ipSource).not.toMatch(/\0|\p{Surrogate}/u);
          if (ip === null) expect(ipSource).toMatch(/^(x-forwarded-for|forwarded): /);
          else expect(ip).toMatch(/^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]+(?::\d+(?:\.\d+){3})?)$/);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  test("what a client puts in front never changes the answer", () => {
    fc.assert(
      fc.property(headers, fc.ipV4(), fc.integer({ min: 1, max: 3 }), (forged, real, hops) => {
        const behind = Array.from({ length: hops - 1 }, (_, i) => `10.0.0.${i + 2}`);
        const honest = [real, ...behind].join(", ");
        const outside = fc.pre(!real.startsWith("10.") && !real.startsWith("127."));
        expect(outside).toBeUndefined();
        for (const proxies of [hops, local] as TrustedProxies[]) {
          const expected = { ip: real, ipSource: xff };
          expect(find({ proxies, socket: "10.0.0.1", xff: `${forged}, ${honest}` })).toEqual(expected);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

test.each([
  -1,
  1.5,
  Number.NaN,
  "10.0.0.0/8",
  ["10.0.0.0/33"],
  ["10.0.0/8"],
  ["::ffff:10.0.0.0/104"],
  ["2001:db8::/129"],
  [""],
  [7],
  ["localhost"],
])("trusted proxies such as %j are refused", (proxies) => {
  expect(() => clientIpFinder(proxies as TrustedProxies)).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining("trustedProxies") }),
  );
});
