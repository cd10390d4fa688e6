import type { ReactNode } from "react";
import { Go } from "../ui/go.tsx";

interface Props {
  id: string;
  title: string;
  /** The list that says more. */
  link?: { href: string; label: string };
  children: ReactNode;
}

/** One part of the overview under its head rule. */
export function Panel({ id, title, link, children }: Props) {
  return (
    <section className="panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {link && (
          <Go className="link" href={link.href} aria-label={`${link.label}: ${title}`}>
            {link.label}
          </Go>
        )}
      </header>
      {children}
    </section>
  );
}

/** While it is being read. */
export function PanelSkeleton() {
  return (
    <div aria-busy="true">
      <span className="sk" />
      <span className="sk" />
      <span className="sk" />
    </div>
  );
}
