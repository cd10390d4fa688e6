import type { Kind } from "@/lib/records/define.ts";
import { actorName } from "../fields/actor-name.ts";
import { groupDigits } from "../fields/figures.ts";
import { Instant } from "../fields/instant.tsx";
import { type Row, textOf } from "../fields/row.ts";
import { clockAt, zoneLabel } from "../fields/time.ts";
import { Go } from "../ui/go.tsx";
import { Recorded } from "../ui/recorded.tsx";
import { Deed } from "./deed.tsx";
import { markOfRecord } from "./mark-of-record.ts";
import { sentenceOf } from "./sentence.ts";

interface Props {
  items: readonly { kind: Kind; row: Row }[];
  /** The number of the record in whose midst we are. */
  current: string;
  zone: string;
  hrefOf: (kind: Kind, seq: string) => string;
}

/** Records of all kinds around one, oldest first. */
export function SurroundingTable({ items, current, zone, hrefOf }: Props) {
  const dates = new Set(items.map(({ row }) => clockAt(textOf(row, "recorded_at"), zone).date));
  return (
    <table className={dates.size > 1 ? "log around dated" : "log around"}>
      <caption className="sr">Events around this one, oldest first. Times in {zoneLabel(zone)}.</caption>
      <colgroup>
        <col className="c-time" />
        <col className="c-actor" />
        <col className="c-did" />
        <col />
        <col className="c-number m-hide" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Time ({zoneLabel(zone)})</th>
          <th scope="col">Actor</th>
          <th scope="col">What</th>
          <th scope="col">Object</th>
          <th scope="col" className="num">
            Number
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ kind, row }) => {
          const seq = textOf(row, "seq");
          const { who, did, what } = sentenceOf(kind, row);
          return (
            <tr key={seq} aria-current={seq === current || undefined}>
              <th scope="row" className="time">
                <Go href={hrefOf(kind, seq)}>
                  <Instant instant={textOf(row, "recorded_at")} zone={zone} />
                </Go>
              </th>
              <td className="m-who">
                <Recorded text={who || actorName(row)} />
              </td>
              <td className="m-act">
                <Deed did={did} mark={markOfRecord(kind, row)} />
              </td>
              <td className="m-ob">
                <span className="ob">
                  <Recorded text={what} />
                </span>
              </td>
              <td className="num seq m-hide">{groupDigits(seq)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
