import type { ExportColumn } from "../query/plan-export.ts";
import {
  backslash,
  type CellWriters,
  isEnd,
  lineFeed,
  plainBytesBut,
  put,
  putFlag,
  putPlain,
  putTime,
  quote,
  skipNull,
  type Tape,
} from "./copy-text.ts";
import type { RowFormat } from "./rewrite-rows.ts";

const [nothing, control] = [Buffer.from("null"), Buffer.from("\\u00")];
const digits = Buffer.from("0123456789abcdef");

/**
 * A JSON object a line, byte for byte what `row_to_json` makes of the row, without its work for the server: the escapes
 * of COPY's text are those of JSON, but for quotes and the rarest control characters.
 */
export function toNdjson(columns: readonly ExportColumn[]): RowFormat {
  const keys = columns.map(({ name }, at) => Buffer.from(`${at === 0 ? "{" : ","}${JSON.stringify(name)}:`));
  const writers = columns.map(({ shape }) => cells[shape]);
  const overhead = keys.reduce((sum, key) => sum + key.length + 8, 2);
  return {
    head: new Uint8Array(),
    mostBytes: (inputBytes, rows) => inputBytes * 6 + rows * overhead,
    writeRow(tape) {
      for (let column = 0; column < keys.length; column += 1) {
        put(tape, keys[column] as Buffer);
        if (skipNull(tape)) put(tape, nothing);
        else writers[column]?.(tape);
        tape.at += 1;
      }
      tape.output[tape.end++] = 125;
      tape.output[tape.end++] = lineFeed;
    },
  };
}

const cells: CellWriters = {
  number: putPlain,
  flag: putFlag,
  json: putUnescaped,
  time: inQuotes(putTime),
  text: inQuotes(putString),
};

function inQuotes(write: (tape: Tape) => void): (tape: Tape) => void {
  return (tape) => {
    tape.output[tape.end++] = quote;
    write(tape);
    tape.output[tape.end++] = quote;
  };
}

const inJson = plainBytesBut((byte) => byte === backslash);

/** JSON text has no sign that COPY writes with a backslash but the backslash. */
function putUnescaped(tape: Tape): void {
  const { input, output } = tape;
  let { at, end } = tape;
  for (;;) {
    let byte = input[at] as number;
    for (; inJson[byte]; byte = input[++at] as number) output[end++] = byte;
    if (byte !== backslash) break;
    output[end++] = input[at + 1] as number;
    at += 2;
  }
  tape.at = at;
  tape.end = end;
}

const inString = plainBytesBut((byte) => byte < 32 || byte === quote || byte === backslash);

function putString(tape: Tape): void {
  const { input, output } = tape;
  let { at, end } = tape;
  for (;;) {
    let byte = input[at] as number;
    for (; inString[byte]; byte = input[++at] as number) output[end++] = byte;
    if (isEnd(byte)) break;
    at += 1;
    if (byte === quote) {
      output[end++] = backslash;
      output[end++] = byte;
    } else if (byte !== backslash) {
      end = putControl(output, end, byte);
    } else if (input[at] === 118) {
      at += 1;
      end = putControl(output, end, 11);
    } else {
      output[end++] = byte;
      output[end++] = input[at++] as number;
    }
  }
  tape.at = at;
  tape.end = end;
}

function putControl(output: Uint8Array, from: number, byte: number): number {
  output.set(control, from);
  const end = from + control.length;
  output[end] = digits[byte >> 4] as number;
  output[end + 1] = digits[byte & 15] as number;
  return end + 2;
}
