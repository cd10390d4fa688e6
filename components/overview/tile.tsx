import { groupDigits } from "../fields/figures.ts";
import { Go } from "../ui/go.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";

interface Props {
  icon: IconName;
  label: string;
  count: number;
  /** There are more: counting stopped. */
  atLeast: boolean;
  /** The list that counts the same. */
  href: string;
  /** How that compares. */
  note?: string;
}

/** One figure, and the way to what it counts. */
export function Tile({ icon, label, count, atLeast, href, note }: Props) {
  return (
    <Go className="tile" href={href}>
      <span className="l">
        <Icon name={icon} />
        {label}
      </span>
      <span className="n">
        {groupDigits(count)}
        {atLeast && "+"}
      </span>
      {note && <span className="d">{note}</span>}
    </Go>
  );
}
