import type { Kind } from "@/lib/records/define.ts";
import { definitions } from "@/lib/records/kinds.ts";
import { AddressCell } from "../fields/address-cell.tsx";
import { groupDigits } from "../fields/figures.ts";
import { Instant } from "../fields/instant.tsx";
import { type Row, textOf } from "../fields/row.ts";
import { zoneLabel } from "../fields/time.ts";
import { Go } from "../ui/go.tsx";
import { Recorded } from "../ui/recorded.tsx";
import { Deed } from "./deed.tsx";
import { groupByDay } from "./group-by-day.ts";
import { markOfRecord } from "./mark-of-record.ts";
import { sentenceOf } from "./sentence.ts";

export interface HistoryItem {
  kind: Kind;
  row: Row;
}

interface Props {
  items: readonly HistoryItem[];
  zone: string;
  /** The date of today in the zone. */
  today: string;
  caption: string;
  hrefs: {
    record: (item: HistoryItem) => string;
    /** The page of its object, where it has one. */
    object: (item: HistoryItem) => string | undefined;
  };
  /** What is to be said beside a deed: that it was done in another's name. */
  noteOf: (item: HistoryItem) => string;
}

/** What one actor did, of all kinds, newest first, a `tbody` for each day. */
export function HistoryTable({ items, zone, today, caption, hrefs, noteOf }: Props) {
  const days = groupByDay(items, ({ row }) => textOf(row, "recorded_at"), zone, today);
  return (
    <table className="log history">
      <caption className="sr">{caption}</caption>
      <colgroup>
        <col className="c-time" />
        <col className="c-did" />
        <col />
        <col className="c-kind fold" />
        <col className="c-ip fold" />
        <col className="c-number wide" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Time ({zoneLabel(zone)})</th>
          <th scope="col">What</th>
          <th scope="col">Object</th>
          <th scope="col" className="fold">
            Record
          </th>
          <th scope="col" className="fold">
            IP address
          </th>
          <th scope="col" className="wide num">
            Number
          </th>
        </tr>
      </thead>
      {days.map((day) => (
        <tbody key={day.date}>
          <tr className="dayrow">
            <th colSpan={3} scope="rowgroup">
              <b>{day.title}</b>
            </th>
            <td className="fold" />
            <td className="fold" />
            <td className="wide" />
          </tr>
          {day.items.map((item) => (
            <Line key={textOf(item.row, "seq")} item={item} zone={zone} hrefs={hrefs} note={noteOf(item)} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function Line({
  item,
  zone,
  hrefs,
  note,
}: { item: HistoryItem; zone: string; note: string } & Pick<Props, "hrefs">) {
  const { kind, row } = item;
  const { did, what } = sentenceOf(kind, row);
  const object = hrefs.object(item);
  const name = (
    <span className="ob">
      <Recorded text={what} />
    </span>
  );
  const { ip } = definitions[kind].fields;
  return (
    <tr>
      <th scope="row" className="time">
        <Go href={hrefs.record(item)}>
          <Instant instant={textOf(row, "recorded_at")} zone={zone} />
        </Go>
      </th>
      <td className="m-who">
        <Deed did={did} mark={markOfRecord(kind, row)} />
        {note && (
          <span className="tag">
            {" "}
            <Recorded text={note} />
          </span>
        )}
      </td>
      <td className="m-ob">{object ? <Go href={object}>{name}</Go> : name}</td>
      <td className="fold dim">{definitions[kind].title}</td>
      <td className="fold">{ip && <AddressCell field={ip} row={row} zone={zone} href="" />}</td>
      <td className="wide num seq">{groupDigits(textOf(row, "seq"))}</td>
    </tr>
  );
}
