import { Banner } from "../ui/banner.tsx";
import { Go } from "../ui/go.tsx";
import { Recorded } from "../ui/recorded.tsx";

interface Props {
  problems: readonly { param: string; value: string; reason: string }[];
  /** The list without them. */
  withoutHref: string;
}

/** Parameters that were not applied: named, never dropped in silence. */
export function Problems({ problems, withoutHref }: Props) {
  if (problems.length === 0) return null;
  return (
    <Banner
      look="warning"
      action={
        <Go className="btn" href={withoutHref}>
          {problems.length === 1 ? "Remove it" : "Remove them"}
        </Go>
      }
    >
      {problems.map(({ param, value, reason }) => (
        <p key={`${param}=${value} ${reason}`}>
          <b>
            Ignored: <Recorded text={`${param}=${value}`} /> {reason.split(";")[0]}.
          </b>
          {reason.includes(";") && ` ${capitalise(reason.split(";")[1] ?? "")}.`}
        </p>
      ))}
      <p>The list below is wider than the link asked for.</p>
    </Banner>
  );
}

function capitalise(text: string): string {
  const trimmed = text.trim();
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
}
