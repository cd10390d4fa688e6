import { DayTime } from "@/components/fields/day-time.tsx";
import { countWords } from "@/components/fields/figures.ts";
import { age } from "@/components/fields/time.ts";
import { FactList } from "@/components/records/fact-list.tsx";
import { Problems } from "@/components/records/problems.tsx";
import { Section } from "@/components/records/section.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import { Go } from "@/components/ui/go.tsx";
import { Icon } from "@/components/ui/icon.tsx";
import { Recorded } from "@/components/ui/recorded.tsx";
import { refineSearch } from "@/lib/query/refine-search.ts";
import { definitions } from "@/lib/records/kinds.ts";
import { Part } from "../../part.tsx";
import { listHref } from "../[kind]/hrefs.ts";
import { allTimeSearch } from "../all-time-search.ts";
import { historyHref } from "../histories/history-params.ts";
import { ObjectEnds } from "./object-ends.tsx";
import { ObjectHistory } from "./object-history.tsx";
import type { OpenedObject } from "./open-object.ts";

/** The page of one object: what it is, how it came and stands, and all that happened to it. */
export function ObjectPage({ object }: { object: OpenedObject }) {
  const { type, id, facts, search, problems, path, streamed } = object;
  const known = "value" in facts ? facts.value : undefined;
  return (
    <div className="read">
      <ObjectTrail object={object} />
      <h1 className="sentence">
        <span className="v">
          <Recorded text={type} />
        </span>{" "}
        {id ? <Recorded text={known?.label || id} /> : "as a whole"}
      </h1>
      {known && (
        <div className="byline">
          <span>
            {countWords({ count: known.events.count, capped: known.events.capped }, noun)} by{" "}
            {countWords({ count: known.actors }, { one: "actor", many: "actors" })}
          </span>
          <span>last one {age(known.lastAt, new Date())}</span>
          {known.deleted && (
            <span className="act is-del">
              <Icon name="trash-2" small /> deleted
            </span>
          )}
        </div>
      )}
      <Problems problems={problems} withoutHref={historyHref("object", path, search)} />
      <Section id="summary" title="Summary">
        <FactList
          facts={[
            { label: "Type", value: <Recorded text={type} /> },
            {
              label: "Id",
              value: id ? (
                <span className="mono">
                  <Recorded text={id} />
                </span>
              ) : (
                <span className="absent">none: what was recorded without one</span>
              ),
            },
            ...(known && known.events.capped === true
              ? [{ label: "Told of", value: "its newest 10,000 events" }]
              : []),
          ]}
        />
        {"failure" in facts && (
          <FailedPart
            what="What it is called"
            failure={facts.failure}
            href={historyHref("object", path, search)}
          />
        )}
        <Part
          streamed={streamed}
          fallback={
            known && (
              <FactList
                facts={[
                  { label: "First seen", value: <DayTime instant={known.firstAt} zone={search.zone} /> },
                ]}
              />
            )
          }
        >
          <ObjectEnds object={object} />
        </Part>
      </Section>
      <ObjectHistory object={object} />
    </div>
  );
}

const noun = { one: "event", many: "events" };

function ObjectTrail({ object: { type, id, search, path } }: { object: OpenedObject }) {
  const { audit } = definitions;
  const { zone } = search;
  const back = allTimeSearch("audit", { type }, zone);
  const list = allTimeSearch("audit", { type, object: id }, zone);
  return (
    <nav className="trail" aria-label="Around this object">
      <Go className="back" href={back ? listHref(audit, back) : "/audit"}>
        <Icon name="arrow-left" small />
        {audit.title}
      </Go>
      <div className="acts">
        {list && (
          <Go className="btn quiet" href={listHref(audit, list)}>
            <Icon name="scroll-text" />
            As a list
          </Go>
        )}
        <CopyButton
          path={historyHref("object", path, refineSearch(search, {}))}
          label="Copy link to this object"
        >
          Copy link
        </CopyButton>
      </div>
    </nav>
  );
}
