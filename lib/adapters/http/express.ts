import type { EventEmitter } from "node:events";
import { type HttpAnnals, requireAnnals } from "./http-annals.ts";
import { relayAfterResponse } from "./relay-after-response.ts";
import { requestContextReader } from "./request-context.ts";
import type { RequestLike, ResponseLike } from "./request-like.ts";
import { watchDuration } from "./slow-request.ts";

type Next = (error?: unknown) => void;

export interface MiddlewareOptions {
  /** The part of the application that these routes are, such as `billing`. */
  module?: string;
  /** Records requests that take longer. Default: the configuration's; 0 records none. */
  slowRequestMs?: number;
  /** Files waiting events after responses, at most once a second. Switch it off where a relay runs. */
  relayAfterResponse?: boolean;
}

const contexts = new WeakMap<object, <T>(fn: () => T) => T>();

/**
 * Opens a context for each request: all that handles it, and all that it starts, finds it. Put it first, at
 * least before what writes; body parsers may stand before it or behind.
 *
 * The actor is asked for at the first write, when whatever signs people in has done its work. The request's id
 * is that of `X-Request-Id` or a new one, and stands in the response's header.
 *
 * @example
 * app.use(annalsMiddleware(annals));
 * // routes
 * app.use(annalsErrorHandler(annals));
 */
export function annalsMiddleware<Request extends RequestLike>(
  annals: HttpAnnals<Request>,
  options: MiddlewareOptions = {},
) {
  requireAnnals(annals, "annalsMiddleware");
  const {
    module,
    slowRequestMs = annals.settings.slowRequestMs,
    relayAfterResponse: relays = true,
  } = options;
  const { actor } = annals.settings;
  const readContext = requestContextReader(annals.settings);
  return (request: Request, response: ResponseLike, next: Next): void => {
    const context = readContext({
      socketAddress: request.socket.remoteAddress,
      header: (name) => joined(request.headers[name]),
    });
    response.setHeader("X-Request-Id", context.requestId);
    const own = { ...context, ...(module !== undefined && { module }) };
    annals.run({ ...own, actor: () => actor?.(request) }, () => {
      const inContext = annals.capture();
      contexts.set(request, inContext);
      // Events of a request come from the socket, which knows no request: what listens to them, such as a body
      // parser, would go on without a context.
      keepContext(request, inContext);
      keepContext(response, inContext);
      if (slowRequestMs > 0) watchDuration(annals, request, response, slowRequestMs);
      if (relays) response.once("close", () => relayAfterResponse(annals));
      next();
    });
  };
}

/**
 * Records what was thrown while a request was handled, as a system event ERROR, and passes it on. Put it behind
 * all routes and before your own error handler. What asks for a status of 400 to 499 is the client's error and
 * not recorded.
 */
export function annalsErrorHandler<Request extends RequestLike>(annals: HttpAnnals<Request>) {
  requireAnnals(annals, "annalsErrorHandler");
  return (error: unknown, request: Request, _response: ResponseLike, next: Next): void => {
    if (!isClientError(error)) {
      const record = () =>
        annals.inBackground("recording an error of a request", () =>
          annals.logSystemEvent({ eventType: "ERROR", error }, { onFailure: "report" }),
        );
      const inContext = contexts.get(request);
      if (inContext) inContext(record);
      else record();
    }
    next(error);
  };
}

function isClientError(error: unknown): boolean {
  const { status, statusCode } = (error ?? {}) as { status?: unknown; statusCode?: unknown };
  const asked = Number(status ?? statusCode);
  return asked >= 400 && asked < 500;
}

function keepContext(emitter: EventEmitter, inContext: <T>(fn: () => T) => T): void {
  const emit = emitter.emit.bind(emitter);
  emitter.emit = (...args) => inContext(() => emit(...args));
}

function joined(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(", ") : header;
}
