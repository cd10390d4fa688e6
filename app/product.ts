import manifest from "@/package.json";

export const version = manifest.version;

/** What the head of every page says it shows: ANNALS_ENVIRONMENT, such as `Production · eu-west`. */
export function environment(): { name: string; note?: string } {
  const fallback = process.env.NODE_ENV === "development" ? "Development" : "Production";
  const [name = fallback, note] = (process.env.ANNALS_ENVIRONMENT || fallback)
    .split("·")
    .map((part) => part.trim());
  return { name, note };
}
