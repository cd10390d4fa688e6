"use client";
import Link, { useLinkStatus } from "next/link";
import type { ComponentProps } from "react";

/**
 * A link within the console. Nothing is fetched before it is followed, since each page costs the database
 * something; while the next page is read, `.going` lets the style sheet dim the rows that still stand.
 */
export function Go({ children, ...props }: ComponentProps<typeof Link>) {
  return (
    <Link prefetch={false} {...props}>
      {children}
      <Going />
    </Link>
  );
}

function Going() {
  return useLinkStatus().pending ? <span className="going" /> : null;
}
