import type { IncomingMessage } from "node:http";

/** An address of one segment that is no list: its page says that there is nothing here, with 404. */
const nowhere = "/-";

/**
 * Leads a request for what cannot be an address of the console to the page that says so: a path that is no text
 * in UTF-8, which Next takes for a failure of ours, and the data of pages that we have not got, which it looks for
 * in the way of another router.
 */
export function leadAstray(request: IncomingMessage): void {
  if (!isAddress(request.url ?? "")) request.url = nowhere;
}

export function isAddress(url: string): boolean {
  const [path = ""] = url.split(/[?#]/);
  try {
    return !/^(https?:\/\/[^/]*)?\/+_next\/+data(\/|$)/i.test(decodeURIComponent(path));
  } catch {
    return false;
  }
}
