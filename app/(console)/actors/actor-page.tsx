import { textOf } from "@/components/fields/row.ts";
import { age } from "@/components/fields/time.ts";
import { FactList } from "@/components/records/fact-list.tsx";
import { Problems } from "@/components/records/problems.tsx";
import { Section } from "@/components/records/section.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Go } from "@/components/ui/go.tsx";
import { Icon } from "@/components/ui/icon.tsx";
import { Recorded } from "@/components/ui/recorded.tsx";
import type { Item } from "@/lib/query/item.ts";
import { refineSearch } from "@/lib/query/refine-search.ts";
import { definitions } from "@/lib/records/kinds.ts";
import { Part } from "../../part.tsx";
import { listHref } from "../[kind]/hrefs.ts";
import { allTimeSearch } from "../all-time-search.ts";
import { historyHref } from "../histories/history-params.ts";
import { actorHref } from "../page-hrefs.ts";
import { ActorFigures } from "./actor-figures.tsx";
import { ActorHistory } from "./actor-history.tsx";
import { ActorTimes } from "./actor-times.tsx";
import type { OpenedActor } from "./open-actor.ts";

/** The page of one actor, or of a name that was typed: who, how much, and all that they did. */
export function ActorPage({ actor }: { actor: OpenedActor }) {
  const { subject, name, newest, search, problems, path, streamed } = actor;
  const items = "value" in newest ? newest.value.items : [];
  const last = items[0];
  return (
    <div className="read">
      <ActorTrail actor={actor} />
      <h1 className="sentence">
        <Recorded text={name} />
      </h1>
      <div className="byline">
        <span>{subject.of === "actor" ? kindsOf(subject.text, items) : "a name typed at sign-ins"}</span>
        {last && <span>last seen {age(last.row.recorded_at, new Date())}</span>}
      </div>
      <Problems problems={problems} withoutHref={historyHref("actor", path, search)} />
      <Section id="summary" title="Summary">
        <FactList
          facts={[
            {
              label: subject.of === "actor" ? "Id" : "Username",
              value: (
                <span className="mono">
                  <Recorded text={subject.text} />
                </span>
              ),
            },
            ...(subject.of === "username"
              ? [{ label: "Signed in as", value: <Actors actor={actor} items={items} /> }]
              : []),
          ]}
        />
        <Part streamed={streamed} fallback={null}>
          <ActorTimes actor={actor} />
        </Part>
      </Section>
      {subject.of === "actor" && (
        <Section
          id="figures"
          title="In figures"
          note="The last 30 days, without what was done in another’s name"
        >
          <Part streamed={streamed} fallback={<div className="stmt busy" aria-busy="true" />}>
            <ActorFigures actor={actor} />
          </Part>
        </Section>
      )}
      <ActorHistory actor={actor} />
    </div>
  );
}

function ActorTrail({ actor: { subject, search, path } }: { actor: OpenedActor }) {
  const { of, text } = subject;
  const definition = definitions[of === "actor" ? "audit" : "logins"];
  const list = allTimeSearch(definition.kind, { [of]: text }, search.zone);
  return (
    <nav className="trail" aria-label="Around this actor">
      <div className="acts">
        {list && (
          <Go className="btn quiet" href={listHref(definition, list)}>
            <Icon name="scroll-text" />
            {of === "actor" ? "In the audit log" : "As a list"}
          </Go>
        )}
        <CopyButton
          path={historyHref("actor", path, refineSearch(search, {}))}
          label="Copy link to this actor"
        >
          Copy link
        </CopyButton>
      </div>
    </nav>
  );
}

/** "user", or "user and job" where one id stands for several. */
function kindsOf(id: string, items: readonly Item[]): string {
  const found = items.flatMap(({ row }) => (row.actor_id === id ? textOf(row, "actor_kind") : []));
  const distinct = [...new Set(found)];
  return distinct.length > 0 ? distinct.join(" and ") : "only ever acted as another";
}

/** The actors as whom somebody has signed in under a name, as far as the newest attempts tell. */
function Actors({ actor: { search }, items }: { actor: OpenedActor; items: readonly Item[] }) {
  const found = new Map(
    items.flatMap(({ row }) => (row.actor_id ? [[row.actor_id, row.actor_label] as const] : [])),
  );
  if (found.size === 0) return <span className="absent">nobody, by the newest attempts</span>;
  return [...found].map(([id, label]) => (
    <Go key={id} className="link" href={actorHref(id, search.zone)}>
      <Recorded text={label || id} />
    </Go>
  ));
}
