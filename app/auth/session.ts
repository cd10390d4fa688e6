import type { AuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { deriveKey } from "../secret.ts";
import { authenticate } from "./authenticate.ts";
import { pathWithin } from "./path-within.ts";
import { signOut } from "./sign-out.ts";

declare module "next-auth" {
  interface User {
    session: string;
  }
  interface Session {
    id: string;
  }
}
declare module "next-auth/jwt" {
  interface JWT {
    session?: string;
  }
}

/** A session ends after eight hours, whatever is done in it; `annals.console_session` says so, too. */
const sessionSeconds = 8 * 3600;
const csrfSeconds = 400 * 86_400;

export const cookieNames = {
  session: "annals.session",
  csrf: "annals.csrf",
  back: "annals.back",
  /** This browser has had a session that was not signed out of. */
  seen: "annals.seen",
};

// next-auth builds addresses from the host that was asked for; route.ts makes them relative again.
process.env.AUTH_TRUST_HOST = "true";

/**
 * next-auth for the console. The token carries the user's id and that of the session, nothing that could go
 * stale: whether the session was ended, role, name and tenants are read anew for each request.
 */
export function authOptions(secure = true): AuthOptions {
  const cookie = { httpOnly: true, sameSite: "lax" as const, path: "/", secure };
  return {
    secret: deriveKey("session"),
    session: { strategy: "jwt", maxAge: sessionSeconds },
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    cookies: {
      sessionToken: { name: cookieNames.session, options: cookie },
      // It must outlive the session, or the form that signs out would have no token.
      csrfToken: { name: cookieNames.csrf, options: { ...cookie, maxAge: csrfSeconds } },
      callbackUrl: { name: cookieNames.back, options: cookie },
    },
    providers: [
      Credentials({
        credentials: { username: {}, password: {} },
        authorize: (given) => authenticate(given ?? {}),
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => ({ sub: token.sub, session: user ? user.session : token.session }),
      session: ({ session, token }) => ({ expires: session.expires, id: token.session ?? "" }),
      redirect: ({ url, baseUrl }) => pathWithin(url, baseUrl),
    },
    events: { signOut: ({ token }) => signOut(token) },
    // A cookie that is no token of ours is no error: its bearer is led to the sign-in.
    logger: {
      warn: () => {},
      debug: () => {},
      error: (code, cause) => code !== "JWT_SESSION_ERROR" && console.error(`next-auth ${code}`, cause),
    },
  };
}
