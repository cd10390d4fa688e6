import { Fragment } from "react";
import { reveal } from "./reveal.ts";

/**
 * Text that came out of a record. It is isolated from the direction of what stands around it, and
 * characters that would hide or move something are shown by their code point.
 */
export function Recorded({ text }: { text: string }) {
  return (
    <bdi>
      {reveal(text).map((piece, index) =>
        "text" in piece ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces never move
          <Fragment key={index}>{piece.text}</Fragment>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces never move
          <span key={index} className="cc">
            {piece.code}
          </span>
        ),
      )}
    </bdi>
  );
}
