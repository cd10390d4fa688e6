import type { ReactNode } from "react";

export interface Fact {
  label: string;
  value: ReactNode;
}

/** Label and value, of what is no field of a record. */
export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts two">
      {facts.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <div className="v">{value}</div>
          </dd>
        </div>
      ))}
    </dl>
  );
}
