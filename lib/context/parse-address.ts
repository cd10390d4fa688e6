import ipaddr from "ipaddr.js";

/**
 * One IP address in its usual form, or undefined. Strict where `inet` and most parsers are not: no octal,
 * hexadecimal or short forms, no leading zeros, no blanks, no mask. A zone is dropped, an IPv4 address mapped
 * into IPv6 becomes plain IPv4.
 */
export function parseAddress(text: string): string | undefined {
  if (text.length > 100) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text;
  const [address = "", zone, ...more] = text.split("%");
  if (more.length > 0 || zone === "" || !address.includes(":") || !ipaddr.IPv6.isValid(address))
    return undefined;
  const parsed = ipaddr.IPv6.parse(address);
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.toRFC5952String();
}

/**
 * A node of a forwarding header: an address, maybe with a port, and with brackets where it is IPv6. Undefined
 * for `unknown`, obfuscated names and whatever else is not an address.
 */
export function parseNode(text: string): string | undefined {
  const bracketed = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(text);
  if (bracketed) {
    const [, inside = ""] = bracketed;
    return inside.includes(":") ? parseAddress(inside) : undefined;
  }
  const withPort = /^([\d.]+):(\d{1,5})$/.exec(text);
  return parseAddress(withPort?.[1] ?? text);
}
