import { tellStory } from "../driver/tell-story.ts";
import { connect } from "../shop/database.ts";
import { startShop } from "../shop/start-shop.ts";
import { writeBulkHistory } from "./bulk-history.ts";
import type { Urls } from "./prepare-database.ts";
import type { State } from "./state.ts";

export interface PlayOptions {
  urls: Urls;
  state: State;
  /** Events of bulk history that there are to be, with those of earlier starts. */
  rows: number;
  /** Keeps what has been done so far. */
  save: () => Promise<void>;
  log: (line: string) => void;
}

/** Runs the shop for as long as it takes to tell the story, and to make the bulk history asked for. */
export async function playStory({ urls, state, rows, save, log }: PlayOptions): Promise<void> {
  const shop = await startShop({ databaseUrl: urls.shop, secret: state.secret });
  const operator = connect(urls.operator, "annals demo");
  try {
    if (!state.storyTold) {
      await tellStory({ url: shop.url, shop, databaseUrl: urls.shop });
      state.storyTold = true;
      await save();
    }
    if (state.bulkRows < rows) {
      const before = state.bulkRows;
      const report = progress(rows - before, log);
      await writeBulkHistory(shop, operator, { rows: rows - before, seed: 1 + before, report });
      state.bulkRows = rows;
      await save();
    }
    while (Number((await operator`SELECT annals.relay()`)[0]?.relay ?? 0) > 0);
  } finally {
    await Promise.all([shop.stop(), operator.end()]);
  }
}

/** A line every two seconds, with what is left. */
function progress(total: number, log: (line: string) => void): (done: number) => void {
  const begun = Date.now();
  let last = begun;
  return (done) => {
    const now = Date.now();
    if (now - last < 2_000 && done < total) return;
    last = now;
    const left = Math.round((((now - begun) / done) * (total - done)) / 1_000);
    const percent = Math.floor((done / total) * 100);
    log(
      `History: ${done.toLocaleString("en")} of ${total.toLocaleString("en")} events (${percent} %), ${left} s left`,
    );
  };
}
