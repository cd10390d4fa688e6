import { groupDigits } from "@/components/fields/figures.ts";
import { age } from "@/components/fields/time.ts";
import type { Viewer } from "@/lib/access/viewer.ts";
import { freshness } from "@/lib/query/freshness.ts";
import { database } from "./database.ts";
import { settle } from "./settle.ts";

/** How old the newest event is that this viewer may see. */
export async function Freshness({ viewer, now }: { viewer: Viewer; now: Date }) {
  const read = await settle("the newest event", freshness(database("figures"), viewer));
  if ("failure" in read) return <span>The newest event could not be read ({read.failure.reference})</span>;
  const { filed, newest } = read.value;
  if (newest === null) return <span>Nothing recorded yet</span>;
  return (
    <>
      <span>
        Last event <time dateTime={newest}>{age(newest, now)}</time>
      </span>
      {filed !== null && <span>{groupDigits(filed)} events filed</span>}
    </>
  );
}
