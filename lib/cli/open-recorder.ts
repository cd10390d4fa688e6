import type { AnnalsConfig } from "../config.ts";
import { createRedactor } from "../context/redact.ts";
import { guardReport, reportToConsole } from "../context/report-error.ts";
import { createContextStore } from "../context/store.ts";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import type { Recorder } from "../records/envelope/write.ts";

/** What the functions that record events need, by the configuration; the context is given with each call. */
export function openRecorder(database: Executor, config: AnnalsConfig): Recorder {
  const onError = guardReport(config.onError ?? reportToConsole);
  const store = createContextStore({ onError, actorTimeoutMs: 5000 });
  return {
    database,
    executorFor() {
      throw new AnnalsError("USAGE", "A command records on its own connection", "Give no transaction.");
    },
    context: store.current,
    open: store.open,
    redactor: createRedactor(config.redact),
    skipActions: new Set(config.skipActions),
    onError,
    onFailure: "throw",
  };
}
