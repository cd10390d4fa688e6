import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { zoneLabel } from "@/components/fields/time.ts";
import { Frame } from "@/components/shell/frame.tsx";
import { NoteScripting } from "@/components/shell/note-scripting.tsx";
import { Slip } from "@/components/shell/slip.tsx";
import { ZoneSwitch } from "@/components/shell/zone-switch.tsx";
import type { IconName } from "@/components/ui/icon.tsx";
import { hasPermission } from "@/lib/access/require-permission.ts";
import type { Viewer } from "@/lib/access/viewer.ts";
import type { Kind } from "@/lib/records/define.ts";
import { definitions, kinds } from "@/lib/records/kinds.ts";
import { cookieNames } from "./auth/session.ts";
import { Freshness } from "./freshness.tsx";
import { Part } from "./part.tsx";
import { environment, version } from "./product.ts";
import { readTheme, themes } from "./theme.ts";

const icons: Record<Kind, IconName> = {
  audit: "scroll-text",
  logins: "log-in",
  exports: "file-down",
  events: "activity",
};
const themeLabels = { light: "Light", dark: "Dark", system: "System" };

interface Props {
  viewer: Viewer;
  /** Parts of the page may come late. */
  streamed: boolean;
  /** In which times are shown, and the address of this page in another. */
  zone: string;
  hrefIn: (zone: string) => string;
  /** Where we are in the navigation. */
  current?: Kind | "overview";
  filters?: { count: number };
  margin?: ReactNode;
  children: ReactNode;
}

/** The frame round a page of the console, for the one who reads it. */
export async function ConsoleFrame(props: Props) {
  const { viewer, streamed, zone, hrefIn, current, filters, margin, children } = props;
  const jar = await cookies();
  const theme = await readTheme();
  const own = jar.get("annals.zone")?.value;
  const zones = [...new Set(["UTC", zone, ...(own && isKnownZone(own) ? [own] : [])])];
  const tz = zone === "UTC" ? "" : `?${new URLSearchParams({ tz: zone })}`;
  const [path = "", query] = hrefIn("UTC").split("?");
  const lists = kinds.filter((kind) => hasPermission(viewer, `${kind}.view`));
  return (
    <Frame
      environment={environment()}
      home={`/${tz}`}
      who={viewer}
      nav={[
        { href: `/${tz}`, label: "Overview", icon: "gauge", current: current === "overview" },
        ...lists.map((kind) => ({
          href: `/${kind}${tz}`,
          label: definitions[kind].title,
          icon: icons[kind],
          current: kind === current,
        })),
      ]}
      filters={filters}
      zone={
        <ZoneSwitch
          base={hrefIn("UTC")}
          zones={zones.map((name) => ({
            zone: name,
            label: zoneLabel(name),
            href: hrefIn(name),
            current: name === zone,
          }))}
        />
      }
      slip={
        <Slip
          who={viewer}
          themes={themes.map((name) => ({ name, label: themeLabels[name], current: name === theme }))}
          back={hrefIn(zone)}
          zone={{ action: path, current: zone, params: [...new URLSearchParams(query)] }}
          csrfToken={jar.get(cookieNames.csrf)?.value.split("|")[0] ?? ""}
        />
      }
      margin={margin}
      foot={
        <>
          <span>Annals {version}</span>
          <Part streamed={streamed} fallback={null}>
            <Freshness viewer={viewer} now={new Date()} />
          </Part>
        </>
      }
    >
      <NoteScripting
        withoutHref={streamed ? `/preferences?${new URLSearchParams({ back: hrefIn(zone) })}` : undefined}
      />
      {children}
    </Frame>
  );
}

/** The name comes from a cookie. */
function isKnownZone(name: string): boolean {
  return Intl.supportedValuesOf("timeZone").includes(name);
}
