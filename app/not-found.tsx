import type { Metadata } from "next";
import { PlainPage } from "@/components/shell/plain-page.tsx";
import { Go } from "@/components/ui/go.tsx";
import { environment, version } from "./product.ts";

export const metadata: Metadata = { title: "Not found" };

export default function NotFoundPage() {
  return (
    <PlainPage environment={environment()} version={version}>
      <h1>There is nothing at this address</h1>
      <p className="soft">
        A record keeps its number for good; one that was deleted leaves its number empty.
      </p>
      <p className="after">
        <Go className="link" href="/">
          Back to the records
        </Go>
      </p>
    </PlainPage>
  );
}
