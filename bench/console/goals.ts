/** By kind of question: milliseconds that 95 % keep to, and what ten times the rows may cost. */
export const goals = {
  list: { ms: 50, growth: 1.3 },
  page: { ms: 50, growth: 1.1 },
  strip: { ms: 50, growth: 1.3 },
  facets: { ms: 50, growth: 1.3 },
  "facets of all time": { ms: 150, growth: 1.3 },
  search: { ms: 150, growth: 2 },
  count: { ms: 50, growth: 1.3 },
  summary: { ms: 20, growth: 1.3 },
} as const;

export type GoalName = keyof typeof goals;
