import type { Bench } from "./bench.ts";
import { capture } from "./capture/capture.ts";
import { consoleBench } from "./console/console.ts";
import { crash } from "./crash/crash.ts";
import { exportBench } from "./export/export.ts";
import { growth } from "./growth/growth.ts";
import { history } from "./history/history.ts";
import { months } from "./months/months.ts";
import { relay } from "./relay/relay.ts";
import { rivals } from "./rivals/rivals.ts";

export const benches: readonly Bench[] = [
  capture,
  relay,
  months,
  crash,
  history,
  consoleBench,
  growth,
  exportBench,
  rivals,
];
