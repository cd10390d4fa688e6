import type { Metadata } from "next";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { SignIn } from "@/components/shell/sign-in.tsx";
import { pathWithin } from "../auth/path-within.ts";
import { cookieNames } from "../auth/session.ts";
import { environment, version } from "../product.ts";
import { explainSignIn } from "./explain-sign-in.ts";
import { isSignedIn } from "./is-signed-in.ts";

export const metadata: Metadata = { title: "Sign in" };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function SignInPage({ searchParams }: Props) {
  const given = await searchParams;
  const text = (name: string) => (typeof given[name] === "string" ? given[name] : undefined);
  const back = pathWithin(text("callbackUrl") ?? "/");
  const jar = await cookies();
  const csrfToken = jar.get(cookieNames.csrf)?.value.split("|")[0];
  const begun = text("begun") !== undefined;
  if (!csrfToken && !begun) redirect(`/api/auth/signin?${new URLSearchParams({ callbackUrl: back })}`);
  if (await isSignedIn()) redirect(back);
  const notice = explainSignIn(text("error"), {
    signedOut: text("out") !== undefined,
    ended: jar.has(cookieNames.seen),
    cookies: csrfToken !== undefined,
  });
  return (
    <SignIn
      {...notice}
      environment={environment()}
      version={version}
      csrfToken={csrfToken ?? ""}
      back={back}
    />
  );
}
