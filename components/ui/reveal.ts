/** A run of text as it stands, or one character that must be shown by its code point. */
export type Piece = { text: string } | { code: string };

// Controls (tab and line feed apart), what reorders text, and what takes no room: a reader would not see
// them, or would see their neighbours in another place.
// Variation selectors and the signs that stand before Arabic numbers are of these classes too, and are seen.
const hidden =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: combining characters are sought by themselves
  /(?![\t\n\ufe00-\ufe0f\u0600-\u0605\u06dd\u070f\u08e2])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

// The joiners belong to emoji and to scripts other than Latin; there they are left alone.
const joins =
  /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f|\p{Mark})$|[^\p{Script=Latin}\p{Script=Common}]$/u;

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
