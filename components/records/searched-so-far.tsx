import { LongTime } from "../fields/long-time.tsx";
import { Go } from "../ui/go.tsx";

interface Props {
  noun: { many: string };
  /** Rows on this page. */
  rows: number;
  /** How far the search came, and whether that is towards older records. */
  until: string;
  back: boolean;
  zone: string;
  /** Goes on from there. */
  href: string;
}

/** The time of a page was up before the page was full: how far the search came, and the way on. */
export function SearchedSoFar({ noun, rows, until, back, zone, href }: Props) {
  const time = <LongTime instant={until} zone={zone} />;
  const onward = (
    <Go className="link" href={href}>
      Continue
    </Go>
  );
  if (rows > 0)
    return (
      <p className="soft">
        Searched {back ? "back" : "on"} to {time}, and there may be more. {onward}
      </p>
    );
  return (
    <div className="empty">
      <h2>
        No {noun.many} found {back ? "back" : "on"} to {time}
      </h2>
      <p className="soft">The search has not ended there. {onward}</p>
    </div>
  );
}
