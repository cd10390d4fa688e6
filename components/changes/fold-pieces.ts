import type { Piece } from "@/lib/changes/changes.ts";

export type FoldedPiece = Piece | { is: "folded"; text: string };

const context = 3;

/** Line by line, of what is the same only three lines before and after a change are kept. */
export function foldPieces(parts: readonly Piece[]): FoldedPiece[] {
  return parts.flatMap((part, at): FoldedPiece[] => {
    if (part.is !== "same") return [part];
    const lines = part.text.split(/(?<=\n)/);
    const [head, tail] = [at === 0 ? 0 : context, at === parts.length - 1 ? 0 : context];
    const hidden = lines.length - head - tail;
    if (hidden < 2) return [part];
    const kept = (text: string): FoldedPiece[] => (text ? [{ is: "same", text }] : []);
    return [
      ...kept(lines.slice(0, head).join("")),
      { is: "folded", text: `${hidden} unchanged lines` },
      ...kept(lines.slice(head + hidden).join("")),
    ];
  });
}
