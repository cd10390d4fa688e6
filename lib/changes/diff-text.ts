import { diffLines, diffWordsWithSpace } from "diff";
import type { ChangeRow, Piece } from "./changes.ts";

const longest = 5000;
// Beyond that the time grows with the square (2,000: 1.4 s), and no reader follows so many pieces.
const options = { maxEditLength: 500 };

/** What differs between two texts: by words, or by lines when either is over 5,000 characters. */
export function diffText(before: string, after: string): NonNullable<ChangeRow["pieces"]> {
  const by = before.length <= longest && after.length <= longest ? "words" : "lines";
  const found =
    by === "words" ? diffWordsWithSpace(before, after, options) : diffLines(before, after, options);
  const whole: Piece[] = [
    { is: "removed", text: before },
    { is: "added", text: after },
  ];
  const parts = found?.map(({ added, removed, value }): Piece => {
    return { is: added ? "added" : removed ? "removed" : "same", text: value };
  });
  return { by, parts: (parts ?? whole).filter(({ text }) => text !== "") };
}
