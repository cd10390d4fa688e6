import type { ReactNode } from "react";

/** What may be longer than its place and scrolls in it, for the keyboard too. */
export function ScrollRegion({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it a keyboard could not scroll here
    <section className="scroll" aria-label={label} tabIndex={0}>
      <pre className="raw">{children}</pre>
    </section>
  );
}
