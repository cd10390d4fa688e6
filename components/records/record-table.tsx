import type { ReactNode } from "react";
import type { Field } from "@/lib/fields/field.ts";
import type { Definition } from "@/lib/records/define.ts";
import { cells } from "../fields/cells.ts";
import { type Row, textOf } from "../fields/row.ts";
import { zoneLabel } from "../fields/time.ts";
import { Go } from "../ui/go.tsx";
import { Icon } from "../ui/icon.tsx";
import { buildTable, type ColumnMeta, metaOf } from "./build-table.ts";
import { groupByDay } from "./group-by-day.ts";
import { foldedLabels } from "./layout.ts";

interface Props {
  definition: Definition;
  rows: readonly Row[];
  zone: string;
  /** The date of today in the zone. */
  today: string;
  caption: string;
  /** The same list, sorted the other way. */
  sort: { descending: boolean; href: string };
  hrefOf: (row: Row) => string;
  /** The page to which a field leads, such as that of its actor; undefined for most. */
  fieldHref: (field: Field, row: Row) => string | undefined;
  /** What is said beside the head of a day. */
  dayNote: (date: string) => ReactNode;
}

/** One page of a list: a native table, a `tbody` for each day; a row begins with the link to its record. */
export function RecordTable(props: Props) {
  const { definition, rows, zone, today, caption, sort, hrefOf, fieldHref, dayNote } = props;
  const table = buildTable(definition, rows);
  const columns = table.getAllColumns().map(metaOf);
  const days = groupByDay(
    table.getRowModel().rows,
    ({ original }) => textOf(original, "recorded_at"),
    zone,
    today,
  );
  return (
    <>
      <table className="log">
        <caption className="sr">{caption}</caption>
        <colgroup>
          {columns.map(({ name, from }) => (
            <col key={name} className={classes(`c-${name}`, from)} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((meta) => (
              <HeadCell key={meta.name} meta={meta} zone={zone} sort={sort} />
            ))}
          </tr>
        </thead>
        {days.map((day) => (
          <tbody key={day.date}>
            <tr className="dayrow">
              <th colSpan={columns.filter(({ from }) => !from).length} scope="rowgroup">
                <b>{day.title}</b>
                {dayNote(day.date)}
              </th>
              {columns.flatMap(({ name, from }) => (from ? [<td key={name} className={from} />] : []))}
            </tr>
            {day.items.map((row) => (
              <tr key={row.id} className={row.original.resolved === true ? "quiet-row" : undefined}>
                {row.getAllCells().map((cell) => (
                  <BodyCell
                    key={cell.id}
                    meta={metaOf(cell.column)}
                    row={row.original}
                    zone={zone}
                    hrefOf={hrefOf}
                    fieldHref={fieldHref}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      <p className="log-note fold-note">
        {foldedLabels(definition).join(", ")} are folded away here, and stand on the page of each event.
      </p>
    </>
  );
}

function HeadCell({ meta, zone, sort }: { meta: ColumnMeta; zone: string; sort: Props["sort"] }) {
  const { field, figures, from } = meta;
  if (field.column !== "recorded_at")
    return (
      <th scope="col" className={classes(from, figures && "num")}>
        {field.label}
      </th>
    );
  return (
    <th scope="col" aria-sort={sort.descending ? "descending" : "ascending"}>
      <Go href={sort.href} title={sort.descending ? "Oldest first" : "Newest first"}>
        {field.label} ({zoneLabel(zone)})
        <Icon name={sort.descending ? "arrow-down" : "arrow-up"} />
      </Go>
    </th>
  );
}

type BodyProps = { meta: ColumnMeta; row: Row; zone: string } & Pick<Props, "hrefOf" | "fieldHref">;

function BodyCell({ meta, row, zone, hrefOf, fieldHref }: BodyProps) {
  const { field, figures, from, hand } = meta;
  const Cell = cells[field.type];
  const content = <Cell field={field} row={row} zone={zone} href={hrefOf(row)} />;
  if (field.column === "recorded_at")
    return (
      <th scope="row" className="time">
        {content}
      </th>
    );
  const emptied =
    hand === "m-ch" && textOf(row, field.column) === "" && textOf(row, field.parts?.[0] ?? "") === "";
  const className = classes(
    hand ?? "m-hide",
    emptied && "nil",
    from,
    figures && "num",
    field.type === "changes" && "ch",
    field.column === "seq" && "seq",
  );
  const page = fieldHref(field, row);
  return <td className={className}>{page ? <Go href={page}>{content}</Go> : content}</td>;
}

function classes(...names: (string | false | undefined)[]): string | undefined {
  return names.filter(Boolean).join(" ") || undefined;
}
