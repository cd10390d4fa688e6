import { groupDigits } from "@/components/fields/figures.ts";
import { JsonText } from "@/components/fields/json-text.tsx";
import { LongTime } from "@/components/fields/long-time.tsx";
import { age, clockAt } from "@/components/fields/time.ts";
import { Facts } from "@/components/records/facts.tsx";
import { recordJson } from "@/components/records/record-json.ts";
import { Section } from "@/components/records/section.tsx";
import { sentenceOf } from "@/components/records/sentence.ts";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Recorded } from "@/components/ui/recorded.tsx";
import { Part } from "../../../part.tsx";
import { listHref } from "../hrefs.ts";
import { factLinks } from "./fact-links.ts";
import type { OpenedRecord } from "./open-record.ts";
import { RecordChangesSection } from "./record-changes-section.tsx";
import { RecordTrail } from "./record-trail.tsx";
import { sectionsOf } from "./sections-of.ts";
import { SurroundingSection } from "./surrounding-section.tsx";

const longestShown = 100_000;

/** The page of one record: a sentence, then all that is known of it. */
export function RecordPage({ record }: { record: OpenedRecord }) {
  const { list, row, seq } = record;
  const { definition, search } = list;
  const { who, did, what } = sentenceOf(definition.kind, row);
  const json = recordJson(row);
  const rawHref = `/${definition.kind}/${seq}/raw`;
  return (
    <div className="read">
      <RecordTrail record={record} backHref={listHref(definition, search)} />
      <h1 className="sentence">
        {who && <Recorded text={who} />} <span className="v">{did}</span> {what && <Recorded text={what} />}
      </h1>
      <div className="byline">
        <LongTime instant={row.recorded_at} zone={search.zone} />
        {search.zone !== "UTC" && <span>{clockAt(row.recorded_at, "UTC").time} UTC</span>}
        <span>{age(row.recorded_at, new Date())}</span>
        <span className="mono">#{groupDigits(seq)}</span>
      </div>
      {sectionsOf(record).map(({ id, title, fields, changes }, at) =>
        changes ? (
          <RecordChangesSection key={id} record={record} id={id} title={title} rawHref={rawHref} />
        ) : (
          <Section key={id} id={id} title={title}>
            <Facts
              definition={definition}
              names={fields}
              row={row}
              zone={search.zone}
              links={factLinks(definition, search)}
              two={at === 0}
            />
          </Section>
        ),
      )}
      {record.bond && (
        <Part
          streamed={record.list.streamed}
          fallback={
            <Section id="surrounding" title="Surrounding">
              {null}
            </Section>
          }
        >
          <SurroundingSection record={record} bond={record.bond} />
        </Part>
      )}
      <Section
        id="raw"
        title="Raw JSON"
        note={
          <>
            <CopyButton text={json} label="Copy the record as JSON" inline>
              Copy
            </CopyButton>
            <span className="needs-js"> · </span>
            <a className="link" href={rawHref} download>
              Download
            </a>
          </>
        }
      >
        {json.length <= longestShown ? (
          <JsonText text={json} label="Raw JSON" />
        ) : (
          <p className="soft">{groupDigits(json.length)} characters: too much for a page.</p>
        )}
      </Section>
    </div>
  );
}
