import type { ReactNode } from "react";
import { Banner } from "./banner.tsx";
import { Icon } from "./icon.tsx";

interface Props {
  /** What there is nothing of: "The events". */
  what: string;
  failure: { reference: string; because: string };
  /** To be tried again. */
  href: string;
}

/** In place of something that could not be read; never a zero, never an empty list. */
export function Failed({ what, failure, href }: Props) {
  return (
    <Banner look="error" action={<Retry href={href} />}>
      <p>
        <b>{what} could not be read.</b> {failure.because}
      </p>
      <p>
        Nothing is known about how many there are. Reference <span className="mono">{failure.reference}</span>
        .
      </p>
    </Banner>
  );
}

/** The same for a part of a page, on one line. */
export function FailedPart({ what, failure, href }: Props): ReactNode {
  return (
    <p className="err-t" role="alert">
      <Icon name="circle-x" small />
      <span>
        {what} could not be read (<span className="mono">{failure.reference}</span>).{" "}
        <a className="link" href={href}>
          Try again
        </a>
      </span>
    </p>
  );
}

// An ordinary link: what has failed once is asked for anew, with the whole page.
function Retry({ href }: { href: string }) {
  return (
    <a className="btn" href={href}>
      <Icon name="rotate-cw" />
      Try again
    </a>
  );
}
