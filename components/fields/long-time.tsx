import { clockAt, zoneLabel } from "./time.ts";

/** `Tuesday 24 November 2026, 09:12:33.481207 UTC` */
export function LongTime({ instant, zone }: { instant: string; zone: string }) {
  const { weekday, day, time, micros } = clockAt(instant, zone);
  return (
    <time dateTime={instant.replace(/(\.\d{3})\d+/, "$1")}>
      {weekday} {day}, {time}.{micros} {zoneLabel(zone)}
    </time>
  );
}
