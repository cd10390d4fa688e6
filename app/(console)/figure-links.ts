import type { IconName } from "@/components/ui/icon.tsx";
import { plainSearch } from "@/lib/query/plain-search.ts";
import type { Figure } from "@/lib/query/summary.ts";
import type { Kind } from "@/lib/records/define.ts";
import { definitions } from "@/lib/records/kinds.ts";
import { type Filter, listHref } from "./[kind]/hrefs.ts";

type Filters = Readonly<Record<string, readonly string[]>>;

/** What a figure is called, and which list counts the same. */
export const figures: Record<Figure, { label: string; icon: IconName; kind: Kind; filters: Filters }> = {
  actions: { label: "Actions", icon: "scroll-text", kind: "audit", filters: {} },
  creates: { label: "Creates", icon: "plus", kind: "audit", filters: { action: ["CREATE"] } },
  updates: { label: "Updates", icon: "pencil", kind: "audit", filters: { action: ["UPDATE"] } },
  deletes: { label: "Deletes", icon: "trash-2", kind: "audit", filters: { action: ["DELETE"] } },
  views: { label: "Views", icon: "eye", kind: "audit", filters: { action: ["VIEW"] } },
  logins: { label: "Sign-ins", icon: "log-in", kind: "logins", filters: { status: ["SUCCESS"] } },
  failedLogins: {
    label: "Failed sign-ins",
    icon: "shield-alert",
    kind: "logins",
    filters: { status: ["FAILED"] },
  },
  systemErrors: { label: "System errors", icon: "circle-x", kind: "events", filters: { level: ["ERROR"] } },
  unresolved: { label: "Unresolved", icon: "circle", kind: "events", filters: { resolved: ["0"] } },
  exports: { label: "Exports", icon: "file-down", kind: "exports", filters: {} },
};

/** A list from one moment to another, as an address says them: `now-30d`, `all`. `''` stands for no value. */
export function windowHref(
  kind: Kind,
  filters: Filters,
  { from, to = "now", zone }: { from: string; to?: string; zone: string },
): string {
  const chosen = Object.entries(filters).map(([param, values]): [string, Filter] => [
    param,
    {
      negated: false,
      values: values.filter((value) => value !== ""),
      words: values.includes("") ? ["none"] : [],
    },
  ]);
  const window = { from: null, to: null, given: { from, to } };
  return listHref(definitions[kind], {
    ...plainSearch(kind),
    filters: Object.fromEntries(chosen),
    window,
    zone,
  });
}
