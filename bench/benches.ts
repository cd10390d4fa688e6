import type { Bench } from "./bench.ts";
import { capture } from "./capture/capture.ts";

export const benches: readonly Bench[] = [capture];
