/**
 * Settings of a connection that reads records. Each statement is planned for its values: who made half of all
 * events is read along an index in order, who made three is fetched, and a plan kept for both is wrong for one (115
 * ms in place of 4). And none is compiled: that takes longer than any of them runs, and PostgreSQL decides on it by
 * costs that the walk drives up on purpose (`toll.ts`).
 */
export const readingSettings = {
  plan_cache_mode: "force_custom_plan",
  jit: "off",
  work_mem: "32MB",
} as const;
