import type { Bench } from "./bench.ts";
import { capture } from "./capture/capture.ts";
import { relay } from "./relay/relay.ts";
import { crash } from "./crash/crash.ts";

export const benches: readonly Bench[] = [capture, crash];
