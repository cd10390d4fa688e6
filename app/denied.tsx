import { PlainPage } from "@/components/shell/plain-page.tsx";
import { Go } from "@/components/ui/go.tsx";
import type { Permission } from "@/lib/access/permissions.ts";
import { environment, version } from "./product.ts";

/** What a reader sees who lacks a right. It names the right, and shows nothing else. */
export function Denied({ needs }: { needs: Permission }) {
  return (
    <PlainPage environment={environment()} version={version}>
      <h1>Not permitted</h1>
      <p className="soft">
        Your role does not have <b>{needs}</b>. A superuser can give you another role.
      </p>
      <p className="after">
        <Go className="link" href="/">
          Back to the records
        </Go>
      </p>
    </PlainPage>
  );
}
