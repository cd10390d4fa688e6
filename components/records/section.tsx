import type { ReactNode } from "react";

interface Props {
  id: string;
  title: string;
  note?: ReactNode;
  children: ReactNode;
}

/** A part of a reading page: its head hangs in the column at the left. */
export function Section({ id, title, note, children }: Props) {
  return (
    <section className="sect" aria-labelledby={id}>
      <div className="side">
        <h2 id={id}>{title}</h2>
        {note && <p>{note}</p>}
      </div>
      <div>{children}</div>
    </section>
  );
}
