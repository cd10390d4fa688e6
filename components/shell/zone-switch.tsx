"use client";
import { useEffect, useState } from "react";
import { Go } from "../ui/go.tsx";

interface Props {
  /** UTC, the zone in force, and the browser's as far as it is known from the visit before. */
  zones: { zone: string; label: string; href: string; current: boolean }[];
  /** Path and query of this page without `tz`. */
  base: string;
}

/** Switches the zone in which all times are shown. The browser's own is known only here. */
export function ZoneSwitch({ zones, base }: Props) {
  const [own, setOwn] = useState<string>();
  useEffect(() => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    setOwn(timeZone);
    // So that the server can write the same switch into the next page.
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is missing in Safari and over plain HTTP
    document.cookie = `annals.zone=${encodeURIComponent(timeZone)}; Path=/; Max-Age=31536000; SameSite=Lax`;
  }, []);
  const known = own === undefined || own === "UTC" || zones.some(({ zone }) => zone === own);
  const shown = known ? zones : [...zones, ownZone(own, base)];
  return (
    <nav className="seg" aria-label="Time zone">
      {shown.map(({ zone, label, href, current }) => (
        <Go key={zone} href={href} aria-current={current || undefined} title={zone} scroll={false}>
          {label}
        </Go>
      ))}
    </nav>
  );
}

function ownZone(zone: string, base: string): Props["zones"][number] {
  const href = `${base}${base.includes("?") ? "&" : "?"}tz=${encodeURIComponent(zone)}`;
  return { zone, label: (zone.split("/").at(-1) ?? zone).replaceAll("_", " "), href, current: false };
}
