import type { Changes } from "@/lib/changes/changes.ts";
import { formatBytes } from "../fields/figures.ts";
import { Recorded } from "../ui/recorded.tsx";
import { DiffTable } from "./diff-table.tsx";
import { ValueTable } from "./value-table.tsx";

/** What a record says of the fields it touched. */
export function RecordChanges({ changes, rawHref }: { changes: Changes; rawHref: string }) {
  switch (changes.is) {
    case "none":
      return <p className="soft">No field changes recorded.</p>;
    case "values":
      return <ValueTable rows={changes.rows} />;
    case "diff":
      return <DiffTable rows={changes.rows} />;
    case "large":
      return (
        <>
          <p className="soft">
            {changes.fields.length} fields, {formatBytes(String(changes.bytes))}: too much for a page.{" "}
            <a className="link" href={rawHref} download>
              Download it as JSON
            </a>
            . Its fields:
          </p>
          <p className="mono soft">
            <Recorded text={changes.fields.slice(0, 200).join(", ")} />
            {changes.fields.length > 200 && ", …"}
          </p>
        </>
      );
  }
}
