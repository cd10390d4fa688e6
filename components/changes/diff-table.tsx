import type { ChangeRow } from "@/lib/changes/changes.ts";
import { Recorded } from "../ui/recorded.tsx";
import { ChangePieces } from "./change-pieces.tsx";
import { changeWords, signs } from "./change-words.ts";
import { groupRows } from "./group-rows.ts";
import { SideValue } from "./side-value.tsx";

/** Before and after, field by field; what changed inside a JSON value follows below its field, path by path. */
export function DiffTable({ rows }: { rows: readonly ChangeRow[] }) {
  return (
    <table className="diff">
      <caption className="sr">Field changes: before and after</caption>
      <colgroup>
        <col className="c-field" />
        <col className="c-kind" />
        <col className="c-before" />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Kind</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {groupRows(rows).flatMap(({ field, whole, paths, unchanged }) => [
          whole ? (
            <Line key={field} row={whole} />
          ) : (
            <tr key={field} className="group">
              <th scope="row" className="f">
                <Recorded text={field} />
              </th>
              <td colSpan={3}>
                <span className="soft">
                  JSON, {paths.length} {paths.length === 1 ? "path" : "paths"} changed
                </span>
                {unchanged > 0 && <span className="dim"> {unchanged} unchanged</span>}
              </td>
            </tr>
          ),
          ...paths.map((row) => <Line key={`${field} ${row.path.join("\0")}`} row={row} />),
        ])}
      </tbody>
    </table>
  );
}

function Line({ row }: { row: ChangeRow }) {
  const { kind, pieces } = row;
  const sign = signs[kind];
  const words = changeWords(isRunningText(row) ? row : { ...row, pieces: undefined });
  return (
    <tr className={row.path.length > 0 ? "sub" : undefined}>
      <th scope="row" className="f">
        <FieldName row={row} />
      </th>
      <td>
        <span className="kind">
          {sign && (
            <span className={`sign ${sign.look}`} aria-hidden="true">
              {sign.text}
            </span>
          )}
          {words.kind}
        </span>
        {words.detail && <div className="dim">{words.detail}</div>}
      </td>
      {pieces && isRunningText(row) ? (
        <td colSpan={2}>
          <ChangePieces by={pieces.by} parts={pieces.parts} />
        </td>
      ) : (
        <>
          <td data-l="before">
            <SideValue row={row} side="before" />
          </td>
          <td data-l="after">
            <SideValue row={row} side="after" />
          </td>
        </>
      )}
    </tr>
  );
}

const shortest = 80;

/** Long enough, and alike enough, to be read as one text with changes in it; a word or two stand side by side. */
function isRunningText({ pieces, before, after }: ChangeRow): boolean {
  if (!pieces || before.is !== "text" || after.is !== "text") return false;
  const same = pieces.parts.some(({ is, text }) => is === "same" && text.trim() !== "");
  return same && before.text.length + after.text.length > shortest;
}

/** The last step of a path stands out, those before it recede. */
function FieldName({ row: { field, path } }: { row: ChangeRow }) {
  const steps = [field, ...path].map((step, at) =>
    at === 0 ? step : /^\d+$/.test(step) ? `[${step}]` : `.${step}`,
  );
  const last = steps.pop() ?? "";
  return (
    <>
      {steps.length > 0 && (
        <i>
          <Recorded text={steps.join("")} />
          {last.startsWith(".") && "."}
        </i>
      )}
      <Recorded text={last.replace(/^\./, "")} />
    </>
  );
}
