import type { ReactNode } from "react";
import { countWords, groupDigits } from "@/components/fields/figures.ts";
import { age } from "@/components/fields/time.ts";
import { Panel, PanelSkeleton } from "@/components/overview/panel.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import { Go } from "@/components/ui/go.tsx";
import { hasPermission } from "@/lib/access/require-permission.ts";
import { plainSearch } from "@/lib/query/plain-search.ts";
import { definitions, kinds } from "@/lib/records/kinds.ts";
import { Part } from "../../part.tsx";
import { listHref } from "../[kind]/hrefs.ts";
import { windowHref } from "../figure-links.ts";
import type { OpenedOverview } from "./open-overview.ts";
import { overviewHref } from "./overview-params.ts";
import { type OverviewParts, unattributed } from "./start-overview.ts";

interface Props {
  overview: OpenedOverview;
  parts: OverviewParts;
}

/** How up to date the log is, and what in it nobody is known for. */
export function FreshnessPanel({ overview, parts }: Props) {
  const { from, zone, streamed, viewer } = overview;
  const [kind] = kinds.filter((name) => hasPermission(viewer, `${name}.view`));
  const link = kind && { href: windowHref(kind, {}, { from, zone }), label: "Open list" };
  return (
    <Panel id="freshness" title="Freshness" link={link}>
      <Part streamed={streamed} fallback={<PanelSkeleton />}>
        <Lines overview={overview} parts={parts} />
      </Part>
    </Panel>
  );
}

async function Lines({ overview: { from, zone, now }, parts }: Props) {
  const [newest, waiting, unknown] = await Promise.all([parts.freshness, parts.waiting, parts.unattributed]);
  const retry = overviewHref(from, zone);
  const window = { from: null, to: null, given: { from, to: "now" } };
  const unknownHref = listHref(definitions.audit, {
    ...unattributed(plainSearch("audit")),
    window,
    zone,
  });
  return (
    <table className="mini">
      <caption className="sr">How up to date the log is</caption>
      <tbody>
        {"failure" in newest ? (
          <Line label="Newest event">
            <FailedPart what="It" failure={newest.failure} href={retry} />
          </Line>
        ) : (
          <>
            <Line label="Newest event">
              {newest.value.newest === null ? (
                "nothing recorded yet"
              ) : (
                <time dateTime={newest.value.newest}>{age(newest.value.newest, now)}</time>
              )}
            </Line>
            {newest.value.filed !== null && (
              <Line label="Events filed">{groupDigits(newest.value.filed)}</Line>
            )}
          </>
        )}
        {"failure" in waiting ? (
          <Line label="Waiting to be filed">
            <FailedPart what="They" failure={waiting.failure} href={retry} />
          </Line>
        ) : (
          waiting.value && (
            <Line label="Waiting to be filed">
              {waiting.value.count === 0
                ? "none"
                : countWords(waiting.value, { one: "event", many: "events" })}
            </Line>
          )
        )}
        {unknown && (
          <Line label="Without a known actor">
            {"failure" in unknown ? (
              <FailedPart what="They" failure={unknown.failure} href={retry} />
            ) : (
              <Go className="link" href={unknownHref}>
                {countWords(unknown.value, { one: "write", many: "writes" })}
              </Go>
            )}
          </Line>
        )}
      </tbody>
    </table>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td className="num">{children}</td>
    </tr>
  );
}
