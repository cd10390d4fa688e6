/**
 * The nodes of an `X-Forwarded-For` header, the one nearest to us last. Empty elements of the list are not
 * elements (RFC 9110 5.6.1.2).
 */
export function splitForwardedFor(header: string): string[] {
  return header
    .split(",")
    .map((node) => node.trim())
    .filter((node) => node !== "");
}

/**
 * The `for` nodes of a `Forwarded` header (RFC 7239), the one nearest to us last. An element that names none,
 * or cannot be read, gives its own text: it is a hop, and no address.
 */
export function splitForwarded(header: string): string[] {
  return splitOutsideQuotes(header, ",")
    .map((element) => element.trim())
    .filter((element) => element !== "")
    .map((element) => {
      const nodes = splitOutsideQuotes(element, ";").flatMap((pair) => {
        const [, name = "", value = ""] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/s.exec(pair) ?? [];
        return name.toLowerCase() === "for" ? [unquote(value)] : [];
      });
      return nodes.length === 1 && nodes[0] !== undefined && nodes[0] !== "" ? nodes[0] : element;
    });
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function unquote(value: string): string {
  if (!(value.length >= 2 && value.startsWith('"') && value.endsWith('"'))) return value;
  return value.slice(1, -1).replace(/\\(.)/gs, "$1");
}
