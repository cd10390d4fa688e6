/** Half-open, in milliseconds, on quarter hours; `bucket` is where its count belongs. */
export interface Slice {
  bucket: number;
  from: number;
  to: number;
}

/** The same time as whole UTC months, whole UTC days, and quarter hours of single days. */
export interface Pieces {
  /** The first of the month, `YYYY-MM-DD`, as all dates here. */
  months: { bucket: number; month: string }[];
  days: { bucket: number; day: string }[];
  /** Half-open, quarter hours of that day: 0 to 96. */
  quarters: { bucket: number; day: string; low: number; high: number }[];
}

export const quarter = 900_000;
const day = 86_400_000;

/** @param monthsBefore months that begin before this date may be taken whole */
export function piecesOf(slices: readonly Slice[], monthsBefore: string): Pieces {
  const pieces: Pieces = { months: [], days: [], quarters: [] };
  for (const { bucket, from, to } of slices) {
    const first = Math.ceil(from / day) * day;
    const end = Math.floor(to / day) * day;
    const addQuarters = (low: number, high: number) => {
      const start = Math.floor(low / day) * day;
      if (low < high) {
        const [start96, end96] = [(low - start) / quarter, (high - start) / quarter];
        pieces.quarters.push({ bucket, day: dateOf(start), low: start96, high: end96 });
      }
    };
    const addDays = (low: number, high: number) => {
      for (let at = low; at < high; at += day) pieces.days.push({ bucket, day: dateOf(at) });
    };
    if (first > end) {
      addQuarters(from, to);
      continue;
    }
    addQuarters(from, first);
    addQuarters(end, to);
    const [firstMonth, endMonth] = [monthFrom(first), Math.min(monthUntil(end), Date.parse(monthsBefore))];
    if (firstMonth >= endMonth) {
      addDays(first, end);
      continue;
    }
    addDays(first, firstMonth);
    addDays(endMonth, end);
    for (let month = firstMonth; month < endMonth; month = nextMonth(month)) {
      pieces.months.push({ bucket, month: dateOf(month) });
    }
  }
  return pieces;
}

function monthUntil(instant: number): number {
  const date = new Date(instant);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

function nextMonth(month: number): number {
  const date = new Date(month);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

function monthFrom(instant: number): number {
  const month = monthUntil(instant);
  return month === instant ? month : nextMonth(month);
}

function dateOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
