import type { Metadata } from "next";
import { PlainPage } from "@/components/shell/plain-page.tsx";
import { Go } from "@/components/ui/go.tsx";
import { permissions } from "@/lib/access/permissions.ts";
import { environment, version } from "../product.ts";

export const metadata: Metadata = { title: "Not permitted" };

interface Props {
  searchParams: Promise<{ needs?: string | string[] }>;
}

/** Where a reader is led who lacks a right. It names the right, and shows nothing else. */
export default async function DeniedPage({ searchParams }: Props) {
  const { needs } = await searchParams;
  const permission = permissions.find((known) => known === needs);
  return (
    <PlainPage environment={environment()} version={version}>
      <h1>Not permitted</h1>
      <p className="soft">
        Your role does not have {permission ? <b>{permission}</b> : "the right to see that page"}. A superuser
        can give you another role.
      </p>
      <p className="after">
        <Go className="link" href="/">
          Back to the records
        </Go>
      </p>
    </PlainPage>
  );
}
