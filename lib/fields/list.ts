/** One entry of a list. `quoted`: a part of it was escaped, so it is never a reserved word. */
export interface Entry {
  text: string;
  quoted: boolean;
}

/**
 * `a,b`; a leading `!` negates the whole list; a backslash takes the next character as it is
 * (`\,` `\!` `\\`, and `\none` for a value that looks like a word). Empty entries fall away.
 */
export function splitList(text: string): { negated: boolean; entries: Entry[] } {
  const negated = text.startsWith("!");
  const entries: Entry[] = [];
  let entry: Entry = { text: "", quoted: false };
  for (let at = negated ? 1 : 0; at < text.length; at += 1) {
    const char = text[at] as string;
    if (char === ",") {
      entries.push(entry);
      entry = { text: "", quoted: false };
    } else if (char === "\\" && at + 1 < text.length) {
      at += 1;
      entry = { text: entry.text + text[at], quoted: true };
    } else {
      entry.text += char;
    }
  }
  entries.push(entry);
  return { negated, entries: entries.filter(({ text: part }) => part !== "") };
}

/** The opposite of `splitList`, for values among which none is empty. */
export function joinList(
  negated: boolean,
  words: readonly string[],
  values: readonly string[],
  reserved: readonly string[],
) {
  const escaped = values.map((value) => {
    const safe = value.replace(/[\\,]/g, "\\$&");
    return safe.startsWith("!") || reserved.includes(safe) ? `\\${safe}` : safe;
  });
  return `${negated ? "!" : ""}${[...words, ...escaped].join(",")}`;
}
