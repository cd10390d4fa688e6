import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { zoneLabel } from "@/components/fields/time.ts";
import { Frame } from "@/components/shell/frame.tsx";
import { NoteScripting } from "@/components/shell/note-scripting.tsx";
import { Slip } from "@/components/shell/slip.tsx";
import { ZoneSwitch } from "@/components/shell/zone-switch.tsx";
import type { IconName } from "@/components/ui/icon.tsx";
import { hasPermission } from "@/lib/access/require-permission.ts";
import type { Kind } from "@/lib/records/define.ts";
import { definitions, kinds } from "@/lib/records/kinds.ts";
import { listHref, paramsOf, recordHref } from "./(console)/[kind]/hrefs.ts";
import { filterCount } from "./(console)/[kind]/list-chips.ts";
import type { OpenedList } from "./(console)/[kind]/open-list.ts";
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
  list: OpenedList;
  /** On the page of a record, its number. */
  seq?: string;
  margin?: ReactNode;
  children: ReactNode;
}

/** The frame round a list or a record, for the one who reads it. */
export async function ConsoleFrame({ list, seq, margin, children }: Props) {
  const { definition, viewer, search } = list;
  const jar = await cookies();
  const theme = await readTheme();
  const hrefIn = (zone: string) =>
    seq ? recordHref(definition, { ...search, zone }, seq) : listHref(definition, { ...search, zone });
  const own = jar.get("annals.zone")?.value;
  const zones = [...new Set(["UTC", search.zone, ...(own && isKnownZone(own) ? [own] : [])])];
  const tz = search.zone === "UTC" ? "" : `?${new URLSearchParams({ tz: search.zone })}`;
  return (
    <Frame
      environment={environment()}
      home={`/audit${tz}`}
      who={viewer}
      nav={kinds
        .filter((kind) => hasPermission(viewer, `${kind}.view`))
        .map((kind) => ({
          href: `/${kind}${tz}`,
          label: definitions[kind].title,
          icon: icons[kind],
          current: kind === definition.kind,
        }))}
      filters={seq ? undefined : { count: filterCount(search) }}
      zone={
        <ZoneSwitch
          base={hrefIn("UTC")}
          zones={zones.map((zone) => ({
            zone,
            label: zoneLabel(zone),
            href: hrefIn(zone),
            current: zone === search.zone,
          }))}
        />
      }
      slip={
        <Slip
          who={viewer}
          themes={themes.map((name) => ({ name, label: themeLabels[name], current: name === theme }))}
          back={hrefIn(search.zone)}
          zone={{
            action: seq ? `/${definition.kind}/${seq}` : `/${definition.kind}`,
            current: search.zone,
            params: paramsOf(definition, search, ["tz"]),
          }}
          csrfToken={jar.get(cookieNames.csrf)?.value.split("|")[0] ?? ""}
        />
      }
      margin={margin}
      foot={
        <>
          <span>Annals {version}</span>
          <Part streamed={list.streamed} fallback={null}>
            <Freshness viewer={viewer} now={new Date()} />
          </Part>
        </>
      }
    >
      <NoteScripting
        withoutHref={
          list.streamed ? `/preferences?${new URLSearchParams({ back: hrefIn(search.zone) })}` : undefined
        }
      />
      {children}
    </Frame>
  );
}

/** The name comes from a cookie. */
function isKnownZone(name: string): boolean {
  return Intl.supportedValuesOf("timeZone").includes(name);
}
