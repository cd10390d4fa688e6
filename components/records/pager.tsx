import type { ReactNode } from "react";
import { Go } from "../ui/go.tsx";
import { Icon } from "../ui/icon.tsx";

interface Props {
  /** Null: these pages can only be followed back in time. */
  newerHref?: string | null;
  olderHref?: string;
  /** Where this is not the first page. */
  newestHref?: string;
  newestLabel: string;
  rows: number;
  sizes: { size: number; href: string; current: boolean }[];
}

/** Neighbouring pages by link; there are no page numbers, since new events would move them. */
export function Pager({ newerHref, olderHref, newestHref, newestLabel, rows, sizes }: Props) {
  return (
    <nav className="pager" aria-label="Pages">
      {newerHref !== null && (
        <Step href={newerHref}>
          <Icon name="chevron-left" />
          Newer
        </Step>
      )}
      <Step href={olderHref}>
        Older
        <Icon name="chevron-right" />
      </Step>
      {newestHref && (
        <Go className="btn quiet" href={newestHref}>
          {newestLabel}
        </Go>
      )}
      <span>{rows} on this page</span>
      <span className="size">
        Rows
        {sizes.map(({ size, href, current }) => (
          <Go key={size} href={href} aria-current={current || undefined} aria-label={`${size} rows a page`}>
            {size}
          </Go>
        ))}
      </span>
    </nav>
  );
}

function Step({ href, children }: { href?: string; children: ReactNode }) {
  if (href)
    return (
      <Go className="btn" href={href}>
        {children}
      </Go>
    );
  return (
    <span className="btn" aria-disabled="true">
      {children}
    </span>
  );
}
