"use client";

/** When not even the frame can be drawn: plain words, without style, since there may be none. */
export default function GlobalErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>Error · Annals</title>
        <h1>Annals could not show this page</h1>
        <p>Something went wrong. Reference {error.digest ?? "none"}.</p>
        <p>
          <a href="/audit">Try again</a>
        </p>
      </body>
    </html>
  );
}
