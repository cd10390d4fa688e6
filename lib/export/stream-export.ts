import { AsyncResource } from "node:async_hooks";
import { createHash } from "node:crypto";
import type { Snapshot } from "../executor.ts";
import type { ExportPlan } from "../query/plan-export.ts";
import type { DataExport } from "../records/exports/write.ts";
import { type ExportFormat, rowFormats } from "./formats.ts";
import { rewriteRows } from "./rewrite-rows.ts";

export interface ExportSummary {
  rows: number;
  bytes: number;
  /** Of these bytes, in hexadecimal digits. */
  sha256: string;
}

interface Streamed {
  body: ReadableStream<Uint8Array>;
  done: Promise<ExportSummary>;
}

/** Reads what is planned as it is taken, and sees to it that the snapshot is closed and the end is on record. */
export function streamExport(
  snapshot: Snapshot,
  entry: DataExport,
  { columns, selects }: ExportPlan,
  { format, signal }: { format: ExportFormat; signal?: AbortSignal | undefined },
): Streamed {
  const hash = createHash("sha256");
  const so = { rows: 0, bytes: 0 };
  const pieces = readPieces();
  // The reader may pull from anywhere; the end is recorded in the context of the beginning.
  const inContext = AsyncResource.bind((work: () => Promise<unknown>) => work());
  const { promise: done, resolve, reject } = promised<ExportSummary>();
  let over: Promise<void> | undefined;
  let left = false;

  async function* readPieces(): AsyncGenerator<Uint8Array> {
    const rowFormat = rowFormats[format](columns);
    if (rowFormat.head.length > 0) yield rowFormat.head;
    const rewrite = rewriteRows(rowFormat);
    for (const { text, values } of selects) {
      for await (const piece of snapshot.copyOut(text, values)) {
        const { bytes, rows } = rewrite(piece);
        so.rows += rows;
        if (bytes.length > 0) yield bytes;
      }
    }
  }

  async function complete(): Promise<void> {
    await snapshot.close();
    const sha256 = hash.digest("hex");
    try {
      await inContext(() => entry.complete({ recordCount: so.rows, fileSize: so.bytes, sha256 }));
    } catch (error) {
      reject(error);
      throw error;
    }
    resolve({ ...so, sha256 });
  }

  async function fail(reason: unknown): Promise<void> {
    try {
      await snapshot.cancel();
      await snapshot.close();
      await inContext(() => entry.fail({ recordCount: so.rows, fileSize: so.bytes }));
    } catch (error) {
      const message = `${reason}; and it could not be recorded as failed: ${error}`;
      throw new AggregateError([reason, error], message);
    } finally {
      reject(reason);
    }
  }

  /** Once: whatever comes later finds it over. */
  const end = (how: () => Promise<void>): Promise<void> => {
    over ??= how().finally(() => signal?.removeEventListener("abort", abort));
    return over;
  };
  let abort = () => {};

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        abort = () => {
          if (over) return;
          const { reason } = signal as AbortSignal;
          end(() => fail(reason)).then(() => controller.error(reason), controller.error.bind(controller));
        };
        if (signal?.aborted) abort();
        else signal?.addEventListener("abort", abort);
      },
      async pull(controller) {
        if (over) return;
        let next: IteratorResult<Uint8Array>;
        try {
          next = await pieces.next();
        } catch (error) {
          // Who ended it has told, and what the statement says of it is no news.
          if (over) return;
          await end(() => fail(error));
          throw error;
        }
        if (over) return;
        if (next.done) {
          await end(complete);
          if (!left) controller.close();
          return;
        }
        hash.update(next.value);
        so.bytes += next.value.length;
        controller.enqueue(next.value);
      },
      async cancel(reason) {
        left = true;
        await end(() => fail(reason ?? new Error("The reader of the export went away")));
      },
    },
    { highWaterMark: 0 },
  );
  return { body, done };
}

/** Nobody has to listen to it. */
function promised<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((...both) => {
    [resolve, reject] = both;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
