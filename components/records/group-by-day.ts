import { clockAt } from "../fields/time.ts";

export interface DayGroup<Item> {
  /** `2026-11-24`, on the calendar of the zone. */
  date: string;
  /** `Tuesday 24 November`, with the year when it is not this one. */
  title: string;
  items: Item[];
}

/** Items that follow each other on one day, in their order; days do not come twice in a sorted list. */
export function groupByDay<Item>(
  items: readonly Item[],
  instantOf: (item: Item) => string,
  zone: string,
  today: string,
): DayGroup<Item>[] {
  const groups: DayGroup<Item>[] = [];
  for (const item of items) {
    const { date, weekday, day } = clockAt(instantOf(item), zone);
    const last = groups.at(-1);
    if (last?.date === date) {
      last.items.push(item);
      continue;
    }
    const sameYear = date.slice(0, 4) === today.slice(0, 4);
    groups.push({ date, title: `${weekday} ${sameYear ? day.slice(0, -5) : day}`, items: [item] });
  }
  return groups;
}
