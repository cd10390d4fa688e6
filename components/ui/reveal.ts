/** A run of text as it stands, or one character that must be shown by its code point. */
export type Piece = { text: string } | { code: string };

// Controls (tab and line feed apart), what reorders text, and what takes no room: a reader would not see
// them, or would see their neighbours in another place.
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;

// The joiners belong to emoji and to scripts other than Latin; there they are left alone.
const joins = /[\p{Extended_Pictographic}\ufe0f\p{Mark}]$|[^\p{Script=Latin}\p{Script=Common}]$/u;

/** Splits `text` so that nothing in it can hide or move its neighbours. */
export function reveal(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    const [char] = match;
    if ((char === "\u200c" || char === "\u200d") && joins.test(text.slice(from, match.index))) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ code: codePoint(char) });
    from = match.index + char.length;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** For places that hold text alone, such as the title of the window: `a⟨U+202E⟩b`, on one line. */
export function revealInLine(text: string): string {
  return reveal(text)
    .map((piece) => ("text" in piece ? piece.text.replace(/\s+/g, " ") : `⟨${piece.code}⟩`))
    .join("");
}

function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
