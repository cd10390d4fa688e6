/** Values of an option that may be repeated, and hold several separated by commas. */
export function listOption(text: string, before: string[] = []): string[] {
  const values = text.split(",").map((value) => value.trim());
  return [...before, ...values.filter((value) => value !== "")];
}
