/** The parameters of an address as Next hands them over. */
export type GivenParams = Readonly<Record<string, string | string[] | undefined>>;

/** A path with them, for the way back through the sign-in. */
export function withGiven(path: string, given: GivenParams): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given))
    for (const text of [value ?? []].flat()) query.append(name, text);
  return query.size > 0 ? `${path}${path.includes("?") ? "&" : "?"}${query}` : path;
}

/** Without what was left empty, as a form sends its fields, and whether there was any of that. */
export function withoutEmpty(asked: GivenParams): { given: GivenParams; emptied: boolean } {
  const entries = Object.entries(asked).map(([name, value]) => {
    // Next adds to a parameter named `constructor` what every object has of that name.
    const texts = [value ?? []].flat().filter((text) => typeof text === "string");
    return { name, kept: texts.filter((text) => text !== ""), dropped: texts.includes("") };
  });
  return {
    given: Object.fromEntries(
      entries.flatMap(({ name, kept }) =>
        kept.length > 0 ? [[name, kept.length === 1 ? kept[0] : kept]] : [],
      ),
    ),
    emptied: entries.some(({ dropped }) => dropped),
  };
}
