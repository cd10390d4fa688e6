import type { Shape } from "../query/plan-export.ts";

// The text format of COPY: cells end with a tab and rows with a line feed, neither of which is in a cell; a backslash
// begins what would be one of these, or NULL.
export const [lineFeed, backslash, quote] = [10, 92, 34];
const [tab, capitalN] = [9, 78];

/** Where the reading and the writing are. `output` has room for whatever comes of `input`. */
export interface Tape {
  input: Uint8Array;
  at: number;
  output: Uint8Array;
  end: number;
}

/** Rewrites one cell that is not NULL, and stops before the sign that ends it. */
export type CellWriter = (tape: Tape) => void;
export type CellWriters = Record<Shape, CellWriter>;

/** Whether the cell is NULL, which is then behind us. */
export function skipNull(tape: Tape): boolean {
  const isNull = tape.input[tape.at] === backslash && tape.input[tape.at + 1] === capitalN;
  if (isNull) tape.at += 2;
  return isNull;
}

/** A table of bytes: 1 for those that are copied as they are, 0 for the ends of a cell and for these. */
export function plainBytesBut(isOther: (byte: number) => boolean): Uint8Array {
  return new Uint8Array(256).map((_, byte) => (byte === tab || byte === lineFeed || isOther(byte) ? 0 : 1));
}

export function isEnd(byte: number): boolean {
  return byte === tab || byte === lineFeed;
}

export function put(tape: Tape, word: Uint8Array): void {
  const { output } = tape;
  let { end } = tape;
  for (let index = 0; index < word.length; index += 1) output[end++] = word[index] as number;
  tape.end = end;
}

const plain = plainBytesBut(() => false);

/** What looks in the file as it looks in a COPY: numbers. */
export function putPlain(tape: Tape): void {
  const { input, output } = tape;
  let { at, end } = tape;
  for (let byte = input[at] as number; plain[byte]; byte = input[++at] as number) output[end++] = byte;
  tape.at = at;
  tape.end = end;
}

const [yes, no] = [Buffer.from("true"), Buffer.from("false")];

export function putFlag(tape: Tape): void {
  put(tape, tape.input[tape.at] === 116 ? yes : no);
  tape.at += 1;
}

const minutes = Buffer.from(":00");

/** `2026-03-14 09:00:00.123456+00`, as PostgreSQL has it when its time zone is UTC, by ISO 8601; also `infinity`. */
export function putTime(tape: Tape): void {
  const from = tape.end;
  putPlain(tape);
  const space = tape.output.subarray(0, tape.end).indexOf(32, from);
  if (space < 0) return;
  tape.output[space] = 84;
  put(tape, minutes);
}
