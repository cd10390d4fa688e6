/**
 * The path of `url` when it lies on this site, else `/`. A page asks for it before it sends a reader on, so
 * that a link cannot lead through the sign-in to another site.
 */
export function pathWithin(url: string, base = "http://here.invalid"): string {
  // Browsers read a backslash as a slash, and drop control characters before they resolve an address.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\\\u0000-\u0020]/.test(url) || url.length > 4000) return "/";
  let resolved: URL;
  try {
    resolved = new URL(url, base);
  } catch {
    return "/";
  }
  const path = `${resolved.pathname}${resolved.search}${resolved.hash}`;
  if (resolved.origin !== new URL(base).origin || path.startsWith("//")) return "/";
  return path;
}
