"use client";
import { Failed } from "@/components/ui/failed.tsx";

/** What nobody foresaw. The server has written the error to its log under this reference. */
export default function ErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <main className="sheet">
      <h1>Annals could not show this page</h1>
      <Failed
        what="The page"
        failure={{ reference: error.digest ?? "none", because: "Something went wrong." }}
        href="/audit"
      />
    </main>
  );
}
