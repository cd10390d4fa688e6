import { ScrollRegion } from "../ui/scroll-region.tsx";

const commands = ["npx annals track invoices customers", "npx annals check"];

/** Nothing has been recorded yet, of any kind. */
export function FirstRun() {
  return (
    <div className="empty">
      <h2>The ledger is open and empty</h2>
      <p className="soft">
        The schema is installed. Track a table, and the next write to it is the first event.
      </p>
      <ScrollRegion label="Commands">{commands.join("\n")}</ScrollRegion>
    </div>
  );
}
