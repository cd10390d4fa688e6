"use client";
import { useEffect } from "react";
import { scriptingCookie } from "./scripting-cookie.ts";

/**
 * Tells the server, from the next page on, that scripts run here, so that parts of a page may come late. Where
 * they have stopped running since, `withoutHref` says so and leads back.
 */
export function NoteScripting({ withoutHref }: { withoutHref?: string }) {
  useEffect(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is missing in Safari and over plain HTTP
    document.cookie = `${scriptingCookie}=1; Path=/; SameSite=Lax`;
  }, []);
  if (!withoutHref) return null;
  return (
    <noscript>
      <meta httpEquiv="refresh" content={`0; url=${withoutHref}`} />
    </noscript>
  );
}
