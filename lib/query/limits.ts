/**
 * How much a search looks at before it tries another way. Measured with 400,000 rows a month, all in memory: a row
 * read in order takes about 1.5 µs, one fetched by an index 4 µs.
 */
export interface Limits {
  /** Rows that are read first, whatever is looked for. */
  probe: number;
  /**
   * Rows that are read at once later on. Of a month without statistics the planner would rather sort all than read
   * many more in order; and between portions the time is looked at.
   */
  portion: number;
  /** Reading goes on while so many rows promise to be enough. */
  patience: number;
  /** Rows of a month that an index may fetch. */
  candidates: number;
}

export const limits: Limits = { probe: 1000, portion: 2000, patience: 10_000, candidates: 2500 };

/** The time of a page in milliseconds: no further statement is begun when it is over. */
export const budget = 250;
