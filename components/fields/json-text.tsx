import type { ReactNode } from "react";
import { type Json, parseJson } from "@/lib/changes/json.ts";
import { Recorded } from "../ui/recorded.tsx";
import { ScrollRegion } from "../ui/scroll-region.tsx";

const inlineLength = 72;

/** JSON on lines of its own, its numbers with the digits that they were recorded with. */
export function JsonText({ text, label }: { text: string; label: string }) {
  return <ScrollRegion label={label}>{write(parseJson(text), "")}</ScrollRegion>;
}

function write(json: Json, indent: string): ReactNode {
  switch (json.is) {
    case "null":
      return <span className="x">null</span>;
    case "boolean":
    case "number":
      return <span className="n">{json.text}</span>;
    case "text":
      return (
        <span className="s">
          <Recorded text={JSON.stringify(json.text)} />
        </span>
      );
    case "deep":
      return <Recorded text={json.text} />;
    case "array":
      return list(
        "[",
        "]",
        json.items.map((item) => ["", item] as const),
        indent,
      );
    case "object":
      return list("{", "}", json.members, indent);
  }
}

function list(
  open: string,
  close: string,
  entries: readonly (readonly [string, Json])[],
  indent: string,
): ReactNode {
  if (entries.length === 0) return open + close;
  const short = entries.every(([, value]) => isScalar(value)) && lengthOf(entries) <= inlineLength;
  const inner = short ? "" : `\n${indent}  `;
  return (
    <>
      {open}
      {entries.map(([name, value], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and nothing moves
        <span key={at}>
          {at > 0 && (short ? ", " : ",")}
          {inner}
          {open === "{" && (
            <>
              <span className="k">
                <Recorded text={JSON.stringify(name)} />
              </span>
              {": "}
            </>
          )}
          {write(value, `${indent}  `)}
        </span>
      ))}
      {!short && `\n${indent}`}
      {close}
    </>
  );
}

function isScalar(json: Json): boolean {
  return json.is !== "array" && json.is !== "object";
}

function lengthOf(entries: readonly (readonly [string, Json])[]): number {
  return entries.reduce(
    (sum, [name, value]) => sum + name.length + 6 + ("text" in value ? value.text.length : 4),
    0,
  );
}
