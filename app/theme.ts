import { cookies } from "next/headers";

export const themes = ["light", "dark", "system"] as const;
export type Theme = (typeof themes)[number];

export const themeCookie = "annals.theme";

export function isTheme(text: unknown): text is Theme {
  return (themes as readonly unknown[]).includes(text);
}

/** What this browser has chosen; the server writes it into the page, so that no script has to and none flashes. */
export async function readTheme(): Promise<Theme> {
  const chosen = (await cookies()).get(themeCookie)?.value;
  return isTheme(chosen) ? chosen : "system";
}
