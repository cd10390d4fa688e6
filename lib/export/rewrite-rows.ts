import { lineFeed, type Tape } from "./copy-text.ts";

/** How the rows of a COPY become those of a file. */
export interface RowFormat {
  /** What the file begins with. */
  head: Uint8Array;
  /** The room for what comes of so many bytes that are so many rows. */
  mostBytes(inputBytes: number, rows: number): number;
  /** Rewrites one row, and stops behind it. */
  writeRow(tape: Tape): void;
}

/**
 * Rewrites COPY's text in the pieces in which it comes. What of a piece is no whole row yet is kept for the next.
 */
export function rewriteRows({ mostBytes, writeRow }: RowFormat) {
  let begun: Uint8Array[] = [];
  // One for all pieces: its length is for the worst case, and what is handed out is a copy of its length.
  let scratch = new Uint8Array();
  return (piece: Uint8Array): { bytes: Uint8Array; rows: number } => {
    const end = piece.lastIndexOf(lineFeed) + 1;
    if (end === 0) {
      begun.push(piece);
      return { bytes: scratch.slice(0, 0), rows: 0 };
    }
    const input = Buffer.concat([...begun, piece.subarray(0, end)]);
    begun = end < piece.length ? [piece.subarray(end)] : [];
    const rows = countRows(input);
    const room = mostBytes(input.length, rows);
    if (scratch.length < room) scratch = new Uint8Array(room);
    const tape = { input, at: 0, output: scratch, end: 0 };
    while (tape.at < input.length) writeRow(tape);
    return { bytes: scratch.slice(0, tape.end), rows };
  };
}

function countRows(input: Uint8Array): number {
  let rows = 0;
  for (let at = input.indexOf(lineFeed); at >= 0; at = input.indexOf(lineFeed, at + 1)) rows += 1;
  return rows;
}
