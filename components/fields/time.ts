import { offsetAt } from "@/lib/fields/zone.ts";

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** An instant (`YYYY-MM-DDTHH:MM:SS.ffffffZ`) as clocks and calendars in a zone show it. */
export interface Clock {
  /** `2026-11-24` */
  date: string;
  /** `09:12:33` */
  time: string;
  /** `481207`, the same in every zone. */
  micros: string;
  /** `Tuesday` */
  weekday: string;
  /** `24 November 2026` */
  day: string;
}

export function clockAt(instant: string, zone: string): Clock {
  const millis = Date.parse(instant);
  const wall = new Date(millis + offsetAt(zone, millis));
  const text = wall.toISOString();
  return {
    date: text.slice(0, 10),
    time: text.slice(11, 19),
    micros: (/\.(\d+)/.exec(instant)?.[1] ?? "").padEnd(6, "0"),
    weekday: weekdays[wall.getUTCDay()] ?? "",
    day: `${wall.getUTCDate()} ${months[wall.getUTCMonth()]} ${wall.getUTCFullYear()}`,
  };
}

/** `November`, for a month counted from 1. */
export function monthName(month: number): string {
  return months[month - 1] ?? "";
}

/** What people call the zone: its city, or UTC. */
export function zoneLabel(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** `2 minutes ago`, `in 3 hours`: one unit, rounded down. */
export function age(instant: string, now: Date): string {
  const seconds = Math.trunc((now.getTime() - Date.parse(instant)) / 1000);
  const past = Math.abs(seconds);
  const [size, unit] = units.find(([least]) => past >= least) ?? [1, "second"];
  const count = Math.floor(past / size);
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return past < 1 ? "now" : seconds < 0 ? `in ${words}` : `${words} ago`;
}

const units: [number, string][] = [
  [365 * 86_400, "year"],
  [30 * 86_400, "month"],
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
];
