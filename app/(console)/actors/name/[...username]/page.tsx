import type { Metadata } from "next";
import { metadata as notFound } from "../../../../not-found.tsx";
import { NothingHere } from "../../../../nothing-here.tsx";
import type { GivenParams } from "../../../given-params.ts";
import { readSegments } from "../../../page-hrefs.ts";
import { ActorRoute, actorTitle } from "../../actor-route.tsx";
import type { Subject } from "../../open-actor.ts";

interface Props {
  params: Promise<{ username: string[] }>;
  searchParams: Promise<GivenParams>;
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const asked = await read(props);
  return asked ? actorTitle(asked) : notFound;
}

/** One name that was typed at sign-ins, of which there need be no actor. */
export default async function ActorByName(props: Props) {
  const asked = await read(props);
  return asked ? <ActorRoute {...asked} /> : <NothingHere />;
}

async function read({ params, searchParams }: Props) {
  const text = readSegments((await params).username);
  if (text === undefined) return undefined;
  const subject: Subject = { of: "username", text };
  return { subject, given: await searchParams };
}
