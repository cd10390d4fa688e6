/** The parameters of an address as Next hands them over. */
export type GivenParams = Readonly<Record<string, string | string[] | undefined>>;

/** A path with them, for the way back through the sign-in. */
export function withGiven(path: string, given: GivenParams): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given))
    for (const text of [value ?? []].flat()) query.append(name, text);
  return query.size > 0 ? `${path}${path.includes("?") ? "&" : "?"}${query}` : path;
}
