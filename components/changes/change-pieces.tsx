import type { Piece } from "@/lib/changes/changes.ts";
import { Recorded } from "../ui/recorded.tsx";
import { foldPieces } from "./fold-pieces.ts";

/** One text with what was taken out struck and what was put in underlined. */
export function ChangePieces({ by, parts }: { by: "words" | "lines"; parts: readonly Piece[] }) {
  const shown = by === "lines" ? foldPieces(parts) : parts;
  return (
    <p className="prose">
      {shown.map((part, at) => {
        const text = <Recorded text={part.text} />;
        // biome-ignore-start lint/suspicious/noArrayIndexKey: the pieces never move
        if (part.is === "removed") return <del key={at}>{text}</del>;
        if (part.is === "added") return <ins key={at}>{text}</ins>;
        if (part.is === "folded")
          return (
            <span key={at} className="dim">
              {`… ${part.text} …\n`}
            </span>
          );
        return <span key={at}>{text}</span>;
        // biome-ignore-end lint/suspicious/noArrayIndexKey: the pieces never move
      })}
    </p>
  );
}
