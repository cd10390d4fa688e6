import "@fontsource-variable/source-code-pro/wght.css";
import "@fontsource-variable/source-sans-3/wght.css";
import "@fontsource-variable/source-serif-4/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/list.css";
import "./styles/facets.css";
import "./styles/strip.css";
import "./styles/scale.css";
import "./styles/table.css";
import "./styles/detail.css";
import "./styles/history.css";
import "./styles/overview.css";
import "./styles/sign-in.css";
import type { Metadata } from "next";
import localFont from "next/font/local";
import type { ReactNode } from "react";
import { readTheme } from "./theme.ts";

// The two faces that every page begins with are loaded before they are asked for; the style sheets above bring
// the other scripts and weights when a page has them.
const serif = localFont({
  src: "../node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2",
  weight: "200 900",
  variable: "--latin-serif",
  adjustFontFallback: "Times New Roman",
});
const sans = localFont({
  src: "../node_modules/@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
  weight: "200 900",
  variable: "--latin-sans",
});

export const metadata: Metadata = {
  title: { default: "Annals", template: "%s · Annals" },
  robots: { index: false, follow: false },
};

/** Reads the cookie of the theme, and so makes every page a page of its request: its scripts need a nonce. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = await readTheme();
  return (
    <html
      lang="en"
      data-theme={theme === "system" ? undefined : theme}
      className={`${serif.variable} ${sans.variable}`}
    >
      <body>{children}</body>
    </html>
  );
}
