import { type NextRequest, NextResponse } from "next/server";
import NextAuth from "next-auth";
import { pathWithin } from "../../../auth/path-within.ts";
import { refuseCrossSite } from "../../../auth/refuse-cross-site.ts";
import { authOptions, cookieNames } from "../../../auth/session.ts";

interface Context {
  params: Promise<{ nextauth: string[] }>;
}

// The rest of next-auth's endpoints are not offered: one of them would prolong a session beyond its end.
const offered = { GET: ["signin"], POST: ["callback/credentials", "signout"] };
const longestForm = 20_000;
const seenSeconds = 30 * 86_400;

/** Where the way to the sign-in begins: next-auth sets its token against forgery and leads on to `/login`. */
export async function GET(request: NextRequest, context: Context): Promise<Response> {
  const action = (await context.params).nextauth.join("/");
  if (!offered.GET.includes(action)) return new NextResponse(null, { status: 404 });
  const response = await answer(request, context);
  const to = response.headers.get("location") ?? "";
  // Tells the page that its token has been set: without it there, this browser takes no cookies.
  if (to.startsWith("/login?")) response.headers.set("location", `${to}&begun=1`);
  return response;
}

/** The forms that sign in and out. */
export async function POST(request: NextRequest, context: Context): Promise<Response> {
  const action = (await context.params).nextauth.join("/");
  if (!offered.POST.includes(action)) return new NextResponse(null, { status: 404 });
  const refusal = await refuseCrossSite(request);
  if (refusal) return refusal;
  // next-auth would read JSON, too, and fail at what is none. The forms of this console send neither.
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get("content-type") ?? ""))
    return new NextResponse("This is not the form of this console.\n", { status: 400 });
  const form = await request.text();
  if (form.length > longestForm) return new NextResponse("This form is too long.\n", { status: 413 });
  const response = await answer(copyOf(request, form), context);
  if (action === "signout") return remember(response, 0);
  const failed = withWayBack(response, new URLSearchParams(form));
  return failed ?? remember(response, seenSeconds);
}

async function answer(request: NextRequest, context: Context): Promise<Response> {
  const { protocol } = request.nextUrl;
  const secure = (request.headers.get("x-forwarded-proto") ?? protocol).startsWith("https");
  const response: Response = await NextAuth(request, context, authOptions(secure));
  const to = response.headers.get("location");
  // next-auth takes its own address from a header of the request; the browser knows better where it is.
  if (to) response.headers.set("location", to.replace(/^https?:\/\/[^/]+(?=\/)/, ""));
  response.headers.set("cache-control", "no-store");
  return response;
}

/** After a sign-in that failed: back to the form, with the reason and the page that was wanted. */
function withWayBack(response: Response, form: URLSearchParams): Response | undefined {
  const to = response.headers.get("location") ?? "";
  if (!to.startsWith("/api/auth/")) return undefined;
  const error = new URLSearchParams(to.split("?")[1]).get("error") ?? "again";
  const query = new URLSearchParams({ error, callbackUrl: pathWithin(form.get("callbackUrl") ?? "/") });
  response.headers.set("location", `/login?${query}`);
  return response;
}

/** Notes in a cookie that this browser has had a session, so that the next page without one can say so. */
function remember(response: Response, seconds: number): Response {
  response.headers.append(
    "set-cookie",
    `${cookieNames.seen}=1; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax`,
  );
  return response;
}

function copyOf(request: NextRequest, body: string) {
  const { url, headers } = request;
  // NextRequest, since next-auth reads `nextUrl`.
  return new (request.constructor as typeof NextRequest)(url, { method: "POST", headers, body });
}
