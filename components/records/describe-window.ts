import { clockAt, monthName } from "../fields/time.ts";

/** As a search has it: instants, and what the address says. */
interface Window {
  from: string | null;
  to: string | null;
  given: { from: string; to: string } | { on: string };
}

const units = { m: "minute", h: "hour", d: "day", w: "week" } as const;

/** The window in words: "last 7 days", "November 2026", "17 November 2026 09:14 to …"; undefined for all time. */
export function describeWindow({ given, from, to }: Window, zone: string): string | undefined {
  if ("on" in given) return describePeriod(given.on);
  if (given.from === "all" && given.to === "now") return undefined;
  const [, count, unit] = /^now-(\d+)([mhdw])$/.exec(given.from) ?? [];
  if (count && unit && given.to === "now") {
    const word = units[unit as keyof typeof units];
    return count === "1" ? `last ${word}` : `last ${count} ${word}s`;
  }
  const moment = (instant: string | null) => {
    if (instant === null) return undefined;
    const { day, time } = clockAt(instant, zone);
    return `${day} ${time.replace(/:00$/, "")}`;
  };
  const [start, end] = [moment(from), moment(to)];
  if (!start) return `until ${end}`;
  return end ? `${start} to ${end}` : `since ${start}`;
}

/** `2026`, `November 2026`, `14 March 2026`, `14 March 2026, 09:00`. */
export function describePeriod(on: string): string {
  const [, year, month, day, hour, offset] = /^(\d+)(?:-(\d+)(?:-(\d+)(?:T(\d+)(.*))?)?)?$/.exec(on) ?? [];
  const date = [day && Number(day), month && monthName(Number(month)), year].filter(Boolean).join(" ");
  return hour ? `${date}, ${hour}:00${offset ? ` (UTC${offset})` : ""}` : date;
}

/** The same window to the minute: "17 Nov 09:14 to now"; the year where it is not this one. */
export function windowRange({ from, to }: Window, zone: string, thisYear: string): string {
  const moment = (instant: string) => {
    const { date, day, time } = clockAt(instant, zone);
    const short = day.replace(/^(\d+ \w{3})\w* (\d+)$/, date.startsWith(thisYear) ? "$1" : "$1 $2");
    return `${short} ${time.slice(0, 5)}`;
  };
  if (from === null) return to === null ? "all time" : `until ${moment(to)}`;
  return `${moment(from)} to ${to === null ? "now" : moment(to)}`;
}
