import { groupDigits } from "../fields/figures.ts";
import { Go } from "../ui/go.tsx";
import { Icon } from "../ui/icon.tsx";

export interface Bar {
  on: string;
  /** Below the bar: `24`, `Nov`, `09`. */
  mark: string;
  /** `Tuesday 24 November 2026` */
  name: string;
  /** `Tue 24 Nov` */
  short: string;
  /** Null: not counted. */
  count: number | null;
  /** Of the highest, in per cent. */
  height: number;
  within: "all" | "part" | "none";
  /** Where in it the window begins, in per cent. */
  cut?: number;
  now: boolean;
  future: boolean;
  href: string;
}

interface Step {
  label: string;
  href: string;
}

interface Props {
  level: "year" | "month" | "day" | "hour";
  /** From "All" down; the last one is where we are. */
  crumbs: Step[];
  /** The window in words. */
  range: string;
  bars: Bar[];
  previous?: Step;
  next?: Step;
  /** What is counted: "event", "events". */
  noun: { one: string; many: string };
}

/** The date hierarchy: each bar is the way one level down, and its number is exact, where it has one. */
export function DateStrip({ level, crumbs, range, bars, previous, next, noun }: Props) {
  const most = Math.max(0, ...bars.map(({ count }) => count ?? 0));
  return (
    <nav className="strip" aria-label="Dates">
      <div className="strip-head">
        <ol className="crumbs">
          {crumbs.map(({ label, href }, at) => (
            <li key={href}>
              {at < crumbs.length - 1 ? (
                <Go className="link" href={href} scroll={false}>
                  {label}
                </Go>
              ) : (
                <span aria-current="date">{label}</span>
              )}
            </li>
          ))}
        </ol>
        <span className="range">{range}</span>
        {most > 0 && (
          <span className="dim most">
            most in {level === "hour" ? "an" : "a"} {level} {groupDigits(most)}
          </span>
        )}
        {bars.some(({ count }) => count === null) && <span className="dim most">too many to count all</span>}
        <span className="step">
          <StepLink step={previous} icon="chevron-left" fallback="Nothing earlier" />
          <StepLink step={next} icon="chevron-right" fallback="Nothing later" />
        </span>
      </div>
      <ol className={`bars ${level}s`}>
        {bars.map((bar) => (
          <li key={bar.on} className={lookOf(bar)}>
            {bar.count === 0 ? (
              <span className={bar.future ? "none future" : "none"}>
                <span className="b" />
                <span className="d">
                  <span aria-hidden="true">{bar.mark}</span>
                  <span className="sr">
                    {bar.name}, {bar.future ? "not yet" : `no ${noun.many}`}
                  </span>
                </span>
              </span>
            ) : (
              <Go href={bar.href} scroll={false}>
                {bar.count !== null && <span className="b" data-v={bar.height} data-c={bar.cut} />}
                <span className="d" aria-hidden="true">
                  {bar.mark}
                </span>
                <span className="tip" aria-hidden="true">
                  {bar.short} · {bar.count === null ? "not counted" : groupDigits(bar.count)}
                </span>
                <span className="sr">
                  {bar.name},{" "}
                  {bar.count === null
                    ? "not counted"
                    : `${groupDigits(bar.count)} ${bar.count === 1 ? noun.one : noun.many}`}
                </span>
              </Go>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function StepLink(props: { step?: Step; icon: "chevron-left" | "chevron-right"; fallback: string }) {
  const { step, icon, fallback } = props;
  if (step)
    return (
      <Go className="ib" href={step.href} aria-label={step.label} title={step.label} scroll={false}>
        <Icon name={icon} />
      </Go>
    );
  return (
    <span className="ib" aria-disabled="true" title={fallback}>
      <Icon name={icon} />
    </span>
  );
}

function lookOf({ within, cut, now }: Bar): string | undefined {
  const part = within === "part" && cut !== undefined;
  return [within !== "none" && "in", part && "part", now && "now"].filter(Boolean).join(" ") || undefined;
}
