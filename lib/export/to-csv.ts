import type { ExportColumn } from "../query/plan-export.ts";
import {
  backslash,
  type CellWriters,
  isEnd,
  lineFeed,
  plainBytesBut,
  putFlag,
  putPlain,
  putTime,
  quote,
  skipNull,
  type Tape,
} from "./copy-text.ts";
import type { RowFormat } from "./rewrite-rows.ts";

const [comma, carriageReturn, apostrophe] = [44, 13, 39];

/** RFC 4180: texts and JSON in quotes, so that an empty text is not taken for NULL, which is an empty cell. */
export function toCsv(columns: readonly ExportColumn[]): RowFormat {
  const writers = columns.map(({ shape }) => cells[shape]);
  return {
    head: Buffer.from(`${columns.map(({ name }) => name).join(",")}\r\n`),
    mostBytes: (inputBytes, rows) => inputBytes * 2 + rows * (columns.length * 6 + 2),
    writeRow(tape) {
      for (let column = 0; column < writers.length; column += 1) {
        if (column > 0) tape.output[tape.end++] = comma;
        if (!skipNull(tape)) writers[column]?.(tape);
        tape.at += 1;
      }
      tape.output[tape.end++] = carriageReturn;
      tape.output[tape.end++] = lineFeed;
    },
  };
}

const cells: CellWriters = {
  number: putPlain,
  flag: putFlag,
  time: putTime,
  json: (tape) => putQuoted(tape, false),
  text(tape) {
    putQuoted(tape, mayBeFormula(tape));
  },
};

/** Whether a spreadsheet might compute it: it begins with = + - @, one of these in full width, or a tab or line break. */
function mayBeFormula({ input, at }: Tape): boolean {
  const first = input[at] as number;
  if (first === backslash) return "tnr".includes(String.fromCharCode(input[at + 1] as number));
  if (first !== 0xef) return first === 61 || first === 43 || first === 45 || first === 64;
  return input[at + 1] === 0xbc && [0x9d, 0x8b, 0x8d, 0xa0].includes(input[at + 2] as number);
}

/** Signs that COPY writes behind a backslash. */
const escapes = new Uint8Array(256).map((_, byte) => byte);
for (const [letter, byte] of Object.entries({ b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }))
  escapes[letter.charCodeAt(0)] = byte;

const inQuotes = plainBytesBut((byte) => byte === quote || byte === backslash);

function putQuoted(tape: Tape, isFormula: boolean): void {
  const { input, output } = tape;
  let { at, end } = tape;
  output[end++] = quote;
  if (isFormula) output[end++] = apostrophe;
  for (;;) {
    let byte = input[at] as number;
    for (; inQuotes[byte]; byte = input[++at] as number) output[end++] = byte;
    if (isEnd(byte)) break;
    const value = byte === backslash ? (escapes[input[++at] as number] as number) : byte;
    if (value === quote) output[end++] = quote;
    output[end++] = value;
    at += 1;
  }
  output[end++] = quote;
  tape.at = at;
  tape.end = end;
}
