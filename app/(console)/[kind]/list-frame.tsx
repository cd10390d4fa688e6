import type { ReactNode } from "react";
import { ConsoleFrame } from "../../console-frame.tsx";
import { listHref, recordHref } from "./hrefs.ts";
import { filterCount } from "./list-chips.ts";
import type { OpenedList } from "./open-list.ts";

interface Props {
  list: OpenedList;
  /** On the page of a record, its number. */
  seq?: string;
  margin: ReactNode;
  children: ReactNode;
}

/** The frame round a list, or round a record that was found in it. */
export function ListFrame({ list, seq, margin, children }: Props) {
  const { definition, viewer, search, streamed } = list;
  return (
    <ConsoleFrame
      viewer={viewer}
      streamed={streamed}
      zone={search.zone}
      hrefIn={(zone) =>
        seq ? recordHref(definition, { ...search, zone }, seq) : listHref(definition, { ...search, zone })
      }
      current={definition.kind}
      filters={seq ? undefined : { count: filterCount(search) }}
      margin={margin}
    >
      {children}
    </ConsoleFrame>
  );
}
