import { expect, test } from "vitest";
import { reveal, revealInLine } from "./reveal.ts";

test.each([
  ["plain text is one piece", "Priya Raman", [{ text: "Priya Raman" }]],
  ["empty text is one empty piece", "", [{ text: "" }]],
  ["an override is shown by its code point", "a\u202eb", [{ text: "a" }, { code: "U+202E" }, { text: "b" }]],
  [
    "a zero width space inside a word is shown",
    "pay\u200bpal",
    [{ text: "pay" }, { code: "U+200B" }, { text: "pal" }],
  ],
  [
    "a joiner inside a Latin word is shown",
    "pay\u200dpal",
    [{ text: "pay" }, { code: "U+200D" }, { text: "pal" }],
  ],
  ["a joiner inside an emoji is left alone", "👩\u200d💻", [{ text: "👩\u200d💻" }]],
  ["a joiner after the colour of a skin is left alone", "👩🏽\u200d🚀", [{ text: "👩🏽\u200d🚀" }]],
  ["a non-joiner inside a Persian word is left alone", "می\u200cخواهم", [{ text: "می\u200cخواهم" }]],
  [
    "escape and bell are shown",
    "\u001b[31m\u0007",
    [{ code: "U+001B" }, { text: "[31m" }, { code: "U+0007" }],
  ],
  ["a lone surrogate is shown", "\ud800x", [{ code: "U+D800" }, { text: "x" }]],
  ["tab and line feed stay for the layout", "a\tb\nc", [{ text: "a\tb\nc" }]],
  ["a tag character is shown", "\u{e0041}", [{ code: "U+E0041" }]],
])("%s", (_, text, pieces) => {
  expect(reveal(text)).toEqual(pieces);
});

test("a window title stays on one line", () => {
  expect(revealInLine("a\r\nb\u2066c")).toBe("a⟨U+000D⟩ b⟨U+2066⟩c");
});
