import type { FieldType } from "@/lib/fields/field-type.ts";
import { Icon } from "../ui/icon.tsx";
import { Recorded } from "../ui/recorded.tsx";
import { actorName, actorNote } from "./actor-name.ts";
import { choiceLabel } from "./choice-label.ts";
import { CodeValue } from "./code-value.tsx";
import { formatBytes, groupDigits } from "./figures.ts";
import { LongTime } from "./long-time.tsx";
import { markOf } from "./marks.ts";
import { textOf } from "./row.ts";
import type { Value, ValueProps } from "./value.ts";

/** How each type of field is shown on the page of a record. */
export const values = {
  time: ({ field, row, zone }) => <LongTime instant={textOf(row, field.column)} zone={zone} />,
  actor: ActorValue,
  object: ({ row }) => (
    <>
      <Recorded text={textOf(row, "object_label") || textOf(row, "object_id")} />
      {textOf(row, "object_label") && (
        <span className="dim">
          <Recorded text={`${textOf(row, "object_type")} ${textOf(row, "object_id")}`.trim()} />
        </span>
      )}
    </>
  ),
  choice: ChoiceValue,
  text: ({ field, row }) => (
    <span className="text">
      <Recorded text={textOf(row, field.column)} />
    </span>
  ),
  code: CodeValue,
  address: ({ field, row }) => (
    <>
      <span className="mono">{textOf(row, field.column)}</span>
      {textOf(row, "ip_source") && (
        <span className="dim">
          from <Recorded text={textOf(row, "ip_source")} />
        </span>
      )}
    </>
  ),
  count: ({ field, row }) => groupDigits(textOf(row, field.column)),
  bytes: ({ field, row }) => (
    <>
      {formatBytes(textOf(row, field.column))}
      <span className="dim">{groupDigits(textOf(row, field.column))} bytes</span>
    </>
  ),
  flag: ({ field, row }) => {
    const set = row[field.column] === true;
    return (
      <span className={`act ${set ? "is-add" : ""}`}>
        <Icon name={set ? "check" : "circle"} small /> {choiceLabel(field, set ? "1" : "0")}
      </span>
    );
  },
  changes: () => undefined,
} as const satisfies Record<FieldType, Value>;

/** Whether a record has anything in a field. */
export function isFilled({ field, row }: Omit<ValueProps, "zone">): boolean {
  if (field.type === "actor" || field.type === "flag") return true;
  if (field.type === "object") return textOf(row, "object_type") !== "" || textOf(row, "object_id") !== "";
  return field.type !== "changes" && textOf(row, field.column) !== "";
}

function ActorValue({ row }: ValueProps) {
  const note = actorNote(row);
  const id = textOf(row, "actor_id");
  return (
    <>
      <Recorded text={actorName(row)} />
      <span className="dim">
        <Recorded text={[textOf(row, "actor_kind"), id, note].filter(Boolean).join(" ")} />
      </span>
    </>
  );
}

function ChoiceValue({ field, row }: ValueProps) {
  const value = textOf(row, field.column);
  const mark = markOf(field.column, value);
  const label = choiceLabel(field, value);
  if (!mark) return <Recorded text={label} />;
  return (
    <span className={`act ${mark.tone ?? ""}`}>
      <Icon name={mark.icon} small /> <Recorded text={label} />
    </span>
  );
}
