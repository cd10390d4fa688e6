import { type ReactNode, Suspense } from "react";

interface Props {
  /** Whether this browser runs scripts: they are what puts a late part in its place. */
  streamed: boolean;
  fallback: ReactNode;
  children: ReactNode;
}

/** A part of a page that comes when it is ready; without scripting, the page waits for it. */
export function Part({ streamed, fallback, children }: Props) {
  return streamed ? <Suspense fallback={fallback}>{children}</Suspense> : children;
}
