import type { Mark } from "../fields/marks.ts";
import { Icon } from "../ui/icon.tsx";

/** What was done, with its icon: “Signed in”. */
export function Deed({ did, mark }: { did: string; mark: Mark | undefined }) {
  return (
    <span className={`act ${mark?.tone ?? ""}`}>
      {mark && <Icon name={mark.icon} />}
      {did.charAt(0).toUpperCase() + did.slice(1)}
    </span>
  );
}
