import type { ChangeKind, ChangeRow } from "@/lib/changes/changes.ts";

/** A sign beside the word, so that neither colour nor shape carries the meaning alone. */
export const signs: Record<ChangeKind, { text: string; look: "p" | "m" | "c" } | undefined> = {
  added: { text: "+", look: "p" },
  removed: { text: "−", look: "m" },
  changed: { text: "~", look: "c" },
  "type changed": { text: "~", look: "c" },
  masked: { text: "~", look: "c" },
  unchanged: undefined,
  recorded: undefined,
};

const words: Record<ChangeKind, string> = {
  added: "Added",
  removed: "Removed",
  changed: "Changed",
  "type changed": "Type changed",
  masked: "Changed",
  unchanged: "Unchanged",
  recorded: "Recorded",
};

/** The kind of change in words; of a text, how much of it changed. */
export function changeWords({ kind, pieces }: ChangeRow): { kind: string; detail?: string } {
  if (!pieces) return { kind: words[kind] };
  const count = (texts: string[]) =>
    texts.reduce(
      (sum, text) =>
        sum + (text.trim() === "" ? 0 : text.trim().split(pieces.by === "words" ? /\s+/ : /\n/).length),
      0,
    );
  const of = (is: "added" | "removed" | "same") =>
    count(pieces.parts.filter((part) => part.is === is).map(({ text }) => text));
  const changed = Math.max(of("added"), of("removed"));
  const total = of("same") + changed;
  return { kind: words[kind], detail: `${changed} of ${total} ${pieces.by}` };
}
