import { type NextRequest, NextResponse } from "next/server";
import { scriptingCookie } from "@/components/shell/scripting-cookie.ts";
import { pathWithin } from "../auth/path-within.ts";
import { refuseCrossSite } from "../auth/refuse-cross-site.ts";
import { isTheme, themeCookie } from "../theme.ts";

const yearSeconds = 365 * 86_400;

/** Keeps the theme that a form chose in a cookie of this browser, and leads back to the page it was on. */
export async function POST(request: NextRequest): Promise<Response> {
  const refusal = await refuseCrossSite(request);
  if (refusal) return refusal;
  const form = new URLSearchParams((await request.text()).slice(0, 10_000));
  const theme = form.get("theme");
  if (!isTheme(theme)) return new NextResponse("theme must be light, dark or system\n", { status: 400 });
  const response = new NextResponse(null, {
    status: 303,
    headers: { location: pathWithin(form.get("back") ?? "/"), "cache-control": "no-store" },
  });
  response.cookies.set(themeCookie, theme, {
    path: "/",
    maxAge: yearSeconds,
    sameSite: "lax",
    httpOnly: true,
  });
  return response;
}

/** Where a page leads that was sent in parts to a browser in which no script put them together. */
export function GET(request: NextRequest): Response {
  const back = pathWithin(request.nextUrl.searchParams.get("back") ?? "/");
  const response = new NextResponse(null, {
    status: 303,
    headers: { location: back, "cache-control": "no-store" },
  });
  response.cookies.delete(scriptingCookie);
  return response;
}
