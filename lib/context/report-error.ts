import { escapeInvisible } from "./clean-text.ts";

/**
 * Takes what went wrong without being the host's fault and what was being done, as in "resolving the actor".
 * What it throws itself is dropped: reporting must not break what it reports on.
 */
export type ReportError = (error: unknown, doing: string) => void;

/** One line on standard error, with the characters that could forge a second one escaped. */
export const reportToConsole: ReportError = (error, doing) => {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  console.error(`annals: ${doing} failed: ${escapeInvisible(message.slice(0, 1000))}`);
};

/** `report` that never throws, nor leaves a rejection behind when it turns out to be asynchronous. */
export function guardReport(report: ReportError): ReportError {
  return (error, doing) => {
    try {
      const result: unknown = report(error, doing);
      if (result instanceof Promise) result.catch((thrown: unknown) => reportToConsole(thrown, "onError"));
    } catch (thrown) {
      reportToConsole(thrown, "onError");
    }
  };
}
