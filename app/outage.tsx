import { PlainPage } from "@/components/shell/plain-page.tsx";
import { Failed } from "@/components/ui/failed.tsx";
import { environment, version } from "./product.ts";
import type { Failure } from "./settle.ts";

/** Not even who is reading could be found out. */
export function Outage({ failure, href }: { failure: Failure; href: string }) {
  return (
    <PlainPage environment={environment()} version={version}>
      <h1>Annals cannot read its records</h1>
      <Failed what="The events" failure={failure} href={href} />
    </PlainPage>
  );
}
