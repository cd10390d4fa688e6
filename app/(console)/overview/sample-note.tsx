import { DayTime } from "@/components/fields/day-time.tsx";
import { groupDigits } from "@/components/fields/figures.ts";
import type { Sample } from "@/lib/query/sample.ts";

/** Where not all was looked at, how far it was. */
export function SampleNote({ sample, zone }: { sample: Sample<unknown>; zone: string }) {
  const { looked, lookedBackTo } = sample;
  if (lookedBackTo === undefined) return null;
  return (
    <p className="soft">
      Among the newest {groupDigits(looked)}, back to <DayTime instant={lookedBackTo} zone={zone} />.
    </p>
  );
}
