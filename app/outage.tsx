import { PlainPage } from "@/components/shell/plain-page.tsx";
import { Failed } from "@/components/ui/failed.tsx";
import { answerWith } from "./answer-with.ts";
import { Denied } from "./denied.tsx";
import { environment, version } from "./product.ts";
import type { Failure } from "./settle.ts";

/** The page of a reader who lacks the right, or of one who could not even be found out. */
export function Outage({ failure, href }: { failure: Failure; href: string }) {
  if (failure.needs) {
    answerWith(403);
    return <Denied needs={failure.needs} />;
  }
  answerWith(503);
  return (
    <PlainPage environment={environment()} version={version}>
      <h1>Annals cannot read its records</h1>
      <Failed what="The events" failure={failure} href={href} />
    </PlainPage>
  );
}
