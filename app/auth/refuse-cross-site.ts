import { NextResponse } from "next/server";
import { annals, consoleModule } from "../annals.ts";
import { clientAddress, isBehindProxy } from "./client.ts";
import { isCrossSite } from "./same-origin.ts";

/** The refusal of a form that another site sent, after it was recorded; undefined for one of this site. */
export async function refuseCrossSite(request: Request): Promise<Response | undefined> {
  const { headers, url } = request;
  if (!isCrossSite(headers, await isBehindProxy())) return undefined;
  const { ip, ipSource } = await clientAddress();
  await annals().logSystemEvent(
    {
      eventType: "SECURITY",
      title: "A form sent by another site was refused",
      description: `POST ${new URL(url).pathname} from ${headers.get("origin") ?? "an origin that was not told"}`,
    },
    {
      context: { ip, ipSource, userAgent: headers.get("user-agent"), module: consoleModule },
      onFailure: "report",
    },
  );
  return new NextResponse("This form was sent by another site.\n", {
    status: 403,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}
