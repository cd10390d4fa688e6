import type { Metadata } from "next";
import { headers } from "next/headers";
import { PlainPage } from "@/components/shell/plain-page.tsx";
import { Go } from "@/components/ui/go.tsx";
import { isKind } from "@/lib/records/kinds.ts";
import { pathHeader } from "./path-header.ts";
import { environment, version } from "./product.ts";

export const metadata: Metadata = { title: "Not permitted" };

/**
 * What a reader is answered who lacks a right, with 403. It names the right, which it can tell from the address
 * alone (Next hands this page nothing, and prepares it for each page that is shown), and shows nothing else.
 */
export default async function ForbiddenPage() {
  const [, kind = ""] = ((await headers()).get(pathHeader) ?? "").split("/");
  return (
    <PlainPage environment={environment()} version={version}>
      <h1>Not permitted</h1>
      <p className="soft">
        Your role does not have {isKind(kind) ? <b>{`${kind}.view`}</b> : "the right to see that page"}. A
        superuser can give you another role.
      </p>
      <p className="after">
        <Go className="link" href="/">
          Back to the records
        </Go>
      </p>
    </PlainPage>
  );
}
