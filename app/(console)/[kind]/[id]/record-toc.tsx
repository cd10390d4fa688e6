import type { OpenedRecord } from "./open-record.ts";
import { sectionsOf } from "./sections-of.ts";

export function RecordToc({ record }: { record: OpenedRecord }) {
  const sections = sectionsOf(record);
  return (
    <nav className="toc" aria-label="On this page">
      <h2>On this page</h2>
      {sections.map(({ id, title }) => (
        <a key={id} href={`#${id}`}>
          {title}
        </a>
      ))}
      {record.bond && <a href="#surrounding">Surrounding</a>}
      <a href="#raw">Raw JSON</a>
    </nav>
  );
}
