import type { Identity } from "../../context/actor.ts";
import type { ForwardingHeader, TrustedProxies } from "../../context/client-ip.ts";
import type { Context } from "../../context/context.ts";
import type { OpenContext } from "../../context/open-context.ts";
import type { ReportError } from "../../context/report-error.ts";
import type { ContextProvider } from "../../context/store.ts";
import { requireUsage } from "../../errors.ts";
import type { SystemEvent } from "../../records/events/write.ts";
import type { CatchUpOptions } from "../../relay/catch-up.ts";

/** What the adapters for frameworks need of `annals`. */
export interface HttpAnnals<Request> {
  readonly settings: {
    actor?:
      | ((request: Request) => Identity | null | undefined | Promise<Identity | null | undefined>)
      | undefined;
    trustedProxies: TrustedProxies;
    proxyHeader?: ForwardingHeader | undefined;
    slowRequestMs: number;
    onError: ReportError;
  };
  run<T>(context: Context, fn: () => T): T;
  context(): OpenContext | undefined;
  capture(): <T>(fn: () => T) => T;
  provideContext(provider: ContextProvider): void;
  logSystemEvent(
    event: SystemEvent,
    options?: { context?: Context; onFailure?: "throw" | "report" },
  ): Promise<unknown>;
  catchUp(options?: CatchUpOptions): Promise<number>;
  inBackground(doing: string, work: () => Promise<unknown>): void;
}

/** Now, and not at the first request or error. @throws AnnalsError USAGE */
export function requireAnnals(annals: unknown, caller: string): void {
  const { settings, run } = (annals ?? {}) as Partial<HttpAnnals<never>>;
  requireUsage(
    settings !== undefined && typeof run === "function",
    `${caller} was given something else than annals`,
    `Give it what \`createAnnals()\` returns: ${caller}(annals).`,
  );
}
