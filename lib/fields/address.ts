import ipaddr from "ipaddr.js";

/**
 * An address or a network (`10.0.0.0/8`) in its canonical form, the bits behind the mask cleared.
 * Undefined for everything else: PostgreSQL itself would read `0177.0.0.1` or `10.1` as something.
 */
export function readAddress(text: string): string | undefined {
  const [host = "", mask, ...rest] = text.split("/");
  if (rest.length > 0 || !(ipaddr.IPv4.isValidFourPartDecimal(host) || isIPv6(host))) return undefined;
  const address = ipaddr.parse(host);
  const bits = address.kind() === "ipv4" ? 32 : 128;
  if (mask === undefined) return textOf(address);
  if (!/^(0|[1-9]\d{0,2})$/.test(mask) || Number(mask) > bits) return undefined;
  if (Number(mask) === bits) return textOf(address);
  const bytes = address.toByteArray().map((byte, at) => byte & maskByte(Number(mask) - at * 8));
  return `${textOf(ipaddr.fromByteArray(bytes))}/${mask}`;
}

function isIPv6(host: string): boolean {
  // A zone (`%eth0`) means nothing on another machine, and `inet` has no room for it.
  return host.includes(":") && !host.includes("%") && ipaddr.IPv6.isValid(host);
}

function textOf(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function maskByte(bitsLeft: number): number {
  return bitsLeft >= 8 ? 255 : bitsLeft <= 0 ? 0 : (255 << (8 - bitsLeft)) & 255;
}
