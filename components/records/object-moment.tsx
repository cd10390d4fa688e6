import { readChanges } from "@/lib/changes/read-changes.ts";
import { BriefChange, briefChange } from "../changes/brief-change.tsx";
import { RecordChanges } from "../changes/record-changes.tsx";
import { actorName, actorNote } from "../fields/actor-name.ts";
import { groupDigits } from "../fields/figures.ts";
import { markOf, readable } from "../fields/marks.ts";
import { type Row, textOf } from "../fields/row.ts";
import { clockAt } from "../fields/time.ts";
import { Go } from "../ui/go.tsx";
import { Icon } from "../ui/icon.tsx";
import { Recorded } from "../ui/recorded.tsx";

export interface MomentHrefs {
  /** The page of the record. */
  record: (row: Row) => string;
  /** The page of its actor, where there is one. */
  actor: (row: Row) => string | undefined;
}

// Named in the line of a change; how many more there are stands behind them.
const named = 3;

/** One event in the life of an object: who did what to it, why, and what it changed. */
export function ObjectMoment({ row, zone, hrefs }: { row: Row; zone: string; hrefs: MomentHrefs }) {
  const instant = textOf(row, "recorded_at");
  const action = textOf(row, "action");
  const reason = textOf(row, "reason");
  const recordHref = hrefs.record(row);
  const changes = readChanges(textOf(row, "changes") || null);
  const brief = action === "UPDATE" ? briefChange(changes) : undefined;
  const fields = fieldsOf(row);
  const mark = markOf("action", action);
  return (
    <li className={mark?.tone === "is-del" ? "was-del" : undefined}>
      <p className="ln">
        <Go href={recordHref}>
          <time dateTime={instant.replace(/(\.\d{3})\d+/, "$1")}>{clockAt(instant, zone).time}</time>
        </Go>
        <span className="what">
          <Actor row={row} href={hrefs.actor(row)} />{" "}
          {brief ? (
            <>
              set <BriefChange row={brief} />
            </>
          ) : (
            verbOf(row, fields)
          )}
        </span>
        <span className="r">#{groupDigits(textOf(row, "seq"))}</span>
      </p>
      {reason && (
        <p className="why">
          Reason given: “<Recorded text={reason} />”
        </p>
      )}
      {!brief && changes.is !== "none" && (
        <details open={action === "UPDATE"}>
          <summary>
            <Icon name="chevron-right" />
            <FieldNames names={changes.is === "large" ? changes.fields : namesOf(changes.rows)} />
          </summary>
          <RecordChanges changes={changes} rawHref={`${recordHref.split("?")[0]}/raw`} />
        </details>
      )}
      {changes.is === "none" && fields.length > 0 && (
        <p className="why">
          <FieldNames names={fields} />: more than fits here,{" "}
          <Go className="link" href={recordHref}>
            see the event
          </Go>
        </p>
      )}
    </li>
  );
}

function Actor({ row, href }: { row: Row; href: string | undefined }) {
  const note = actorNote(row);
  const name = <Recorded text={actorName(row)} />;
  return (
    <>
      <b>{href ? <Go href={href}>{name}</Go> : name}</b>
      {note && (
        <>
          {" "}
          <span className="tag">
            <Recorded text={note} />
          </span>
        </>
      )}
    </>
  );
}

function FieldNames({ names }: { names: readonly string[] }) {
  const more = names.length - named;
  return (
    <span>
      <span className="mono">
        <Recorded text={names.slice(0, named).join(", ")} />
      </span>
      {more > 0 && ` and ${more} more`}
    </span>
  );
}

/** Only an update has changed fields. */
function fieldsOf(row: Row): string[] {
  return Array.isArray(row.changed_fields) ? (row.changed_fields as string[]) : [];
}

function namesOf(rows: readonly { field: string }[]): string[] {
  return [...new Set(rows.map(({ field }) => field))];
}

function verbOf(row: Row, fields: readonly string[]): string {
  const action = textOf(row, "action");
  if (action === "UPDATE" && fields.length > 0)
    return `updated ${fields.length} ${fields.length === 1 ? "field" : "fields"}`;
  const word = markOf("action", action)?.word?.toLowerCase();
  if (word?.startsWith("sign")) return word;
  return word ? `${word} it` : `did “${readable(action)}” to it`;
}
