import { Recorded } from "../ui/recorded.tsx";
import { ScrollRegion } from "../ui/scroll-region.tsx";
import { groupDigits } from "./figures.ts";
import { JsonText } from "./json-text.tsx";
import { textOf } from "./row.ts";
import type { ValueProps } from "./value.ts";

const json = ["filters_applied"];

/** What is read letter by letter: ids, hashes, names in code; JSON and stack traces keep their lines. */
export function CodeValue({ field, row }: ValueProps) {
  const text = textOf(row, field.column);
  if (field.column === "seq") return <span className="mono">#{groupDigits(text)}</span>;
  if (json.includes(field.column)) return <JsonText text={text} label={field.label} />;
  if (text.includes("\n"))
    return (
      <ScrollRegion label={field.label}>
        <Recorded text={text} />
      </ScrollRegion>
    );
  const line = field.column === "function_name" ? textOf(row, "line_number") : "";
  return (
    <span className="mono">
      <Recorded text={line ? `${text}:${line}` : text} />
    </span>
  );
}
