/**
 * Whether another site sent this form. Browsers say where a form was sent from, in one header or both; whoever
 * sends neither is no browser, and has no cookies of a reader to misuse.
 *
 * @param behindProxy a proxy that is trusted sent it on: then it says which host was asked for, in a header that
 * anybody can set otherwise
 */
export function isCrossSite(headers: Headers, behindProxy: boolean): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return true;
  const origin = headers.get("origin");
  if (origin === null) return false;
  const host = (behindProxy ? headers.get("x-forwarded-host") : null) ?? headers.get("host");
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
