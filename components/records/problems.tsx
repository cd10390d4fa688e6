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
      <ul>
        {problems.map(({ param, value, reason }) => {
          const [what = "", known] = reason.split(/;\s*/);
          return (
            <li key={`${param}=${value} ${reason}`}>
              <b>
                Ignored: <Recorded text={`${param}=${value}`} /> {what}.
              </b>
              {known && ` ${known.charAt(0).toUpperCase()}${known.slice(1)}.`}
            </li>
          );
        })}
      </ul>
      <p>What stands below is wider than the link asked for.</p>
    </Banner>
  );
}
