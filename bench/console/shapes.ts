import type { Bond } from "../../lib/query/surrounding.ts";
import type { Kind } from "../../lib/records/define.ts";
import type { GoalName } from "./goals.ts";
import { parts } from "./parts.ts";

/** One question that a page of the console asks. */
export interface Shape {
  name: string;
  goal: GoalName | undefined;
  kind: Kind;
  /** Of a part its name; else as in the address; `{request}` and the like stand for a value of one event of the history. */
  query: string;
  what: "list" | "count" | "strip" | "facets" | "detail" | "neighbours" | "part" | Bond;
  /** A page in the middle: behind this share of the events, 0 the oldest, and which way. */
  place?: { share: number; direction: "after" | "before" };
}

type Rest = Partial<Shape>;

const shape =
  (what: Shape["what"], goal: GoalName | undefined, kind: Kind = "audit") =>
  (query: string, rest: Rest = {}): Shape => ({
    name: `${what} ${kind} ${query || "default"}`,
    goal,
    kind,
    query,
    what,
    ...rest,
  });

const list = shape("list", "list");
const strip = shape("strip", "strip");
const count = shape("count", "count");
const search = shape("list", "search");

/** What an index or a walk finds: each filter of the audit log by itself, with common values and rare ones. */
const single = [
  "actor=u1",
  "actor=u700",
  "actor=u9999",
  "actor=job:billing",
  "actor=none",
  "actor=unattributed",
  "actorkind=job",
  "actorkind=anonymous",
  "attribution=token",
  "attribution=none",
  "impersonator=u7",
  "module=billing",
  "module=hr",
  "module=sandbox",
  "module=migration",
  "source=trigger",
  "source=auth",
  "tenant=acme",
  "tenant=prestige",
  "tenant=umbra",
  "action=UPDATE",
  "action=REFUND",
  "action=PURGE",
  "action=IMPORT",
  "type=order",
  "type=feature_flag",
  "type=legacy_contract",
  "type=order&object=1",
  "object=77",
  "field=status",
  "field=iban",
  "ip=10.0.4.1",
  "ip={ip}",
  "ip=198.51.100.77",
  "ip=81.16.0.0/16",
  "ip=198.51.100.0/24",
  "ip=203.0.113.0/24",
  "ip=none",
  "session={session}",
  "request={request}",
  "trace={trace}",
  "reason=chargeback",
];

const pairs = [
  "action=UPDATE&type=order",
  "action=REFUND&tenant=prestige",
  "action=VIEW&source=trigger",
  "actor=u1&action=DELETE",
  "actor=u1&type=feature_flag",
  "actor=u700&tenant=acme",
  "actor=unattributed&type=setting",
  "module=billing&action=IMPORT",
  "module=hr&tenant=duff",
  "ip=81.16.0.0/16&action=REFUND",
  "ip=10.0.4.1&module=crm",
  "field=email&type=price",
  "action=PURGE&tenant=acme",
  "tenant=acme&actor=u3&module=billing&action=DELETE",
];

const negations = [
  "action=!VIEW",
  "action=!UPDATE,CREATE,VIEW,DELETE",
  "actor=!u1",
  "actor=!unattributed",
  "module=!billing",
  "type=!order&action=!UPDATE",
  "tenant=!acme,globex",
  "ip=!10.0.4.0/24",
  "source=!trigger&action=!VIEW",
  "action=IMPORT&module=!migration",
  "type=legacy_contract&action=!PURGE",
];

const lists = [
  list(""),
  list("from=all"),
  list("sort=time&from=all"),
  list("on=2026-02"),
  list("n=100&from=all"),
  ...single.map((query) => list(`from=all&${query}`)),
  ...["action=REFUND", "type=feature_flag", "actor=unattributed", "tenant=prestige", "ip=81.16.0.0/16"].map(
    (query) => list(query),
  ),
  ...[...pairs, ...negations].map((query) => list(`from=all&${query}`)),
  list("from=all&type=legacy_contract&sort=time"),
  list("on=2025&action=REFUND&tenant=duff"),
  shape("list", "list", "logins")(""),
  shape("list", "list", "logins")("from=all&status=BLOCKED"),
  shape("list", "list", "logins")("from=all&failure=mfa_failed&country=ES"),
  shape("list", "list", "logins")("from=all&username=root"),
  shape("list", "list", "logins")("from=all&ip=185.220.101.0/24"),
  shape("list", "list", "exports")("from=all"),
  shape("list", "list", "exports")("from=all&minrows=10000"),
  shape("list", "list", "exports")("from=all&status=failed&format=pdf"),
  shape("list", "list", "events")("from=all&resolved=0"),
  shape("list", "list", "events")("from=all&level=ERROR&code=23505"),
];

const deep = ["", "action=DELETE", "actor=u1", "action=REFUND&tenant=globex", "actor=!unattributed"].flatMap(
  (query) =>
    [0.9, 0.5, 0.02].flatMap((share) =>
      (["after", "before"] as const).map((direction) =>
        shape("list", "page")(`from=all${query && `&${query}`}`, {
          name: `page ${direction} ${share * 100} % ${query}`.trim(),
          place: { share, direction },
        }),
      ),
    ),
);

const levels = ["from=all", "on=2026", "on=2026-03", "on=2026-03-10", ""];
const counted = [
  "action=UPDATE",
  "type=order",
  "module=billing",
  "actor=u1",
  "actorkind=job",
  "actor=unattributed",
  "source=api",
  "tenant=acme",
  "action=DELETE&type=invoice",
  "action=UPDATE&type=order&module=sales",
  "action=UPDATE&tenant=acme",
  "type=order&tenant=acme",
  "action=UPDATE&type=order&tenant=acme",
  "actor=u5&tenant=acme",
  "action=!UPDATE",
  "action=!UPDATE&type=!order",
];
const zoned = "tz=Asia/Kathmandu";

const strips = [
  ...levels.map((level) => strip(level)),
  strip(`on=2026&${zoned}`),
  strip(`on=2026-03&${zoned}`),
  strip(`on=2026-03-10&${zoned}`),
  ...levels.slice(1, 3).flatMap((level) => counted.map((query) => strip(`${level}&${query}`))),
  ...["action=UPDATE", "action=UPDATE&type=order&tenant=acme"].flatMap((query) => [
    strip(`from=all&${query}`),
    strip(`on=2026-03-10&${query}`),
  ]),
  shape("strip", "strip", "logins")("on=2026"),
  shape("strip", "strip", "logins")("on=2026&status=FAILED"),
  shape("strip", "strip", "logins")("on=2026-03&ip=185.220.101.7"),
  shape("strip", "strip", "events")("on=2026&level=ERROR"),
  // What the rollups do not hold is counted in the records: no goal, as long as it is said.
  shape("strip", undefined)("on=2026-03&ip=81.16.0.0/16"),
  shape("strip", undefined)("on=2026-03&actor=u1&action=UPDATE"),
  shape("strip", undefined)("on=2026-03&q=schmidt"),
  shape("strip", undefined)("from=all&session={session}"),
  shape("strip", undefined)("from=all&ip=81.16.0.0/16"),
];

const facets = [
  ...["", "action=UPDATE", "type=order", "tenant=acme", "module=billing", "action=!VIEW"].flatMap((query) => [
    shape("facets", "facets")(query),
    shape("facets", "facets of all time")(query ? `from=all&${query}` : "from=all"),
  ]),
  shape("facets", "facets")("on=2026-03"),
  shape("facets", "facets")("on=2026-03-10"),
  shape("facets", "facets")("actor=u1"),
  shape("facets", undefined)("from=all&actor=u1"),
  shape("facets", undefined)("from=all&ip=10.0.4.1"),
  shape("facets", undefined)("from=all&q=schmidt"),
  ...(["logins", "exports", "events"] as const).flatMap((kind) => [
    shape("facets", "facets", kind)(""),
    shape("facets", "facets of all time", kind)("from=all"),
  ]),
];

const searches = [
  "q=maria",
  "q=schmidt",
  "q=zephyranthes",
  "q=qwxzv",
  "q=orderson",
  "q=maria schmidt",
  "q=maria brandt&action=DELETE",
  "q=schmidt&type=customer&tenant=acme",
  "q=INV-2025-0000123",
  'q="goodwill for late"',
  "q=goodwill duplicate",
  "q=zephyranthes&action=!VIEW",
].flatMap((query) => [search(`from=all&${query}`), ...(query.includes("&") ? [] : [search(query)])]);

const counts = [
  count(""),
  count("from=all"),
  count("from=all&action=UPDATE"),
  count("from=all&tenant=acme&type=order"),
  count("from=all&ip=10.0.4.1"),
  count("from=all&field=status"),
  count("from=all&ip=198.51.100.77"),
  count("from=all&q=schmidt"),
  count("from=all&actor=u1&action=UPDATE"),
  count("from=all&action=VIEW&source=trigger"),
  count("from=all&q=zephyranthes"),
  count("from=all&q=qwxzv"),
  count("from=all&session={session}"),
];

const details = [
  shape("detail", "list")("", { place: { share: 0.3, direction: "after" } }),
  ...[
    "",
    "from=all",
    "from=all&action=REFUND&tenant=prestige",
    "from=all&type=legacy_contract",
    "from=all&q=zephyranthes",
  ].map((query) =>
    shape("neighbours", query.includes("q=") ? "search" : "list")(query, {
      place: { share: 0.3, direction: "after" },
    }),
  ),
  ...(["request", "session", "actor", "address", "object"] as const).map((bond) =>
    shape(bond, "list")("", { name: `around by ${bond}`, place: { share: 0.3, direction: "after" } }),
  ),
];

export const shapes: readonly Shape[] = [
  ...lists,
  ...deep,
  ...strips,
  ...facets,
  ...searches,
  ...counts,
  ...details,
  ...Object.entries(parts).map(([name, { goal }]) => shape("part", goal)(name, { name })),
];
