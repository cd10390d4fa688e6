import { createHash } from "node:crypto";
import type { HttpAnnals } from "./http-annals.ts";
import type { RequestLike, ResponseLike } from "./request-like.ts";

/** Records the request as a system event PERFORMANCE when its answer takes longer than `thresholdMs`. */
export function watchDuration<Request extends RequestLike>(
  annals: HttpAnnals<Request>,
  request: Request,
  response: ResponseLike,
  thresholdMs: number,
): void {
  const started = performance.now();
  let finished = false;
  response.once("finish", () => {
    finished = true;
  });
  response.once("close", () => {
    const durationMs = Math.round(performance.now() - started);
    if (durationMs <= thresholdMs || isStream(response)) return;
    const method = request.method ?? "";
    const route = routeOf(request);
    const end = finished ? `was answered with ${response.statusCode}` : "was given up by the client";
    annals.inBackground("recording a slow request", () =>
      annals.logSystemEvent(
        {
          eventType: "PERFORMANCE",
          title: `Slow request: ${method} ${route}`,
          description: `${method} ${route} ${end} after ${durationMs} ms (threshold ${thresholdMs} ms)`,
          functionName: route,
          fingerprint: createHash("sha256").update(`slow ${method} ${route}`).digest("hex").slice(0, 16),
        },
        { onFailure: "report" },
      ),
    );
  });
}

/** The pattern of the route, which many requests share; never the path, which may tell what is nobody's business. */
function routeOf({ baseUrl = "", route }: RequestLike): string {
  if (route?.path === undefined) return `${baseUrl}/(no route)`;
  return `${baseUrl}${String(route.path)}`;
}

/** An open stream is not slow, it is long. */
function isStream(response: ResponseLike): boolean {
  return /^text\/event-stream/.test(String(response.getHeader("content-type") ?? ""));
}
