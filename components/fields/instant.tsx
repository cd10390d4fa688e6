import { clockAt } from "./time.ts";

/** The time of day; the date stands beside it where there is room, and always in what is copied. */
export function Instant({ instant, zone }: { instant: string; zone: string }) {
  const { date, time } = clockAt(instant, zone);
  return (
    <time dateTime={instant.replace(/(\.\d{3})\d+/, "$1")}>
      <span className="day">{date} </span>
      {time}
    </time>
  );
}
