import { clockAt, zoneLabel } from "./time.ts";

/** `24 November 2026, 09:12:33 UTC` */
export function DayTime({ instant, zone }: { instant: string; zone: string }) {
  const { day, time } = clockAt(instant, zone);
  return (
    <time dateTime={instant.replace(/(\.\d{3})\d+/, "$1")}>
      {day}, {time} {zoneLabel(zone)}
    </time>
  );
}
