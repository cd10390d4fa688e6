import type { Identity } from "../../context/actor.ts";
import { requireUsage } from "../../errors.ts";
import { type HttpAnnals, requireAnnals } from "./http-annals.ts";
import { requestContextReader } from "./request-context.ts";

/** What is used of the headers that Next.js gives. */
export interface HeadersLike {
  get(name: string): string | null;
}

/** What `actor` of the configuration is asked about in Next.js. */
export interface NextRequest<Session> {
  headers: HeadersLike;
  session: Session | null | undefined;
}

export interface NextOptions<Session> {
  /** `headers` of `next/headers`. */
  headers(): Promise<HeadersLike>;
  /** Who is signed in, as in `() => getServerSession(authOptions)`. Asked at the first write of a request. */
  session?(): Promise<Session | null | undefined>;
  module?: string;
}

/**
 * Lets every write in server components, server actions and route handlers find its request: address, browser,
 * request id, and who is signed in, all read at the first write and kept for the request. Call it once, where
 * `annals` is made. A context opened by `annals.run` comes before it.
 *
 * Next.js hides the socket: without `trustedProxies` in the configuration the client's address is not known.
 * In `after()` of a page there is no request any more: keep its context there with `annals.capture()`.
 *
 * @example
 * import { headers } from "next/headers";
 * nextContext(annals, { headers, session: () => getServerSession(authOptions) });
 */
export function nextContext<Session = unknown>(
  annals: HttpAnnals<NextRequest<Session>>,
  options: NextOptions<Session>,
): void {
  requireAnnals(annals, "nextContext");
  requireUsage(
    typeof options?.headers === "function",
    "nextContext was given no `headers`",
    'Give it those of next/headers: `import { headers } from "next/headers"`, then nextContext(annals, { headers }).',
  );
  const readContext = requestContextReader(annals.settings);
  const actorOf = annals.settings.actor ?? actorOfSession;
  annals.provideContext(() => {
    let asked: Promise<HeadersLike>;
    try {
      asked = options.headers();
    } catch {
      // Outside a request, as in a script or while building.
      return undefined;
    }
    const provide = (headers: HeadersLike) => ({
      key: headers,
      read: () => ({
        ...readContext({ socketAddress: undefined, header: (name) => headers.get(name) }),
        ...(options.module !== undefined && { module: options.module }),
        actor: async () => actorOf({ headers, session: await options.session?.() }),
      }),
    });
    // Rejected where a page may not read its request, as in `use cache`.
    return asked.then(provide, () => undefined);
  });
}

/** The user of a next-auth session. */
function actorOfSession({ session }: { session: unknown }): Identity | null {
  const { user } = (session ?? {}) as { user?: { id?: string; email?: string | null; name?: string | null } };
  const id = user?.id ?? user?.email;
  if (user === undefined || id === undefined || id === null || id === "") return null;
  return { id, label: user.name ?? user.email ?? null };
}

interface FailedRequest {
  path: string;
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

interface FailedRoute {
  routePath: string;
  routeType: string;
}

/**
 * Records what was thrown in server components, route handlers and server actions, as a system event ERROR. Of
 * the request it keeps method, route, browser and ids: no cookie, no query, no other header.
 *
 * @example
 * // instrumentation.ts
 * export const onRequestError = annalsOnRequestError(annals);
 */
export function annalsOnRequestError<Session = unknown>(annals: HttpAnnals<NextRequest<Session>>) {
  requireAnnals(annals, "annalsOnRequestError");
  const readContext = requestContextReader(annals.settings);
  return async (error: unknown, request: FailedRequest, route: FailedRoute): Promise<void> => {
    const header = (name: string) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    };
    const context = readContext({ socketAddress: undefined, header });
    const digest = (error as { digest?: unknown } | null)?.digest;
    await annals.logSystemEvent(
      {
        eventType: "ERROR",
        error,
        module: `${request.method} ${route.routePath} (${route.routeType})`,
        ...(typeof digest === "string" && { errorCode: digest }),
      },
      { context, onFailure: "report" },
    );
  };
}
