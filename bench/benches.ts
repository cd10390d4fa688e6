import type { Bench } from "./bench.ts";
import { capture } from "./capture/capture.ts";
import { crash } from "./crash/crash.ts";
import { relay } from "./relay/relay.ts";

export const benches: readonly Bench[] = [capture, relay, crash];
