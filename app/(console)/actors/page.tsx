import type { Metadata } from "next";
import { metadata as notFound } from "../../not-found.tsx";
import { NothingHere } from "../../nothing-here.tsx";
import type { GivenParams } from "../given-params.ts";
import { ActorRoute, actorTitle } from "./actor-route.tsx";
import type { Subject } from "./open-actor.ts";

interface Props {
  searchParams: Promise<GivenParams>;
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const asked = await read(props);
  return asked ? actorTitle(asked) : notFound;
}

/** One actor whose id, or name, no path can say, such as `..`. */
export default async function ActorByQuery(props: Props) {
  const asked = await read(props);
  return asked ? <ActorRoute {...asked} /> : <NothingHere />;
}

async function read({ searchParams }: Props) {
  const { id, name, ...given } = await searchParams;
  const text = id ?? name;
  if (typeof text !== "string" || text === "" || text.includes("\0") || (id && name)) return undefined;
  const subject: Subject = { of: id === undefined ? "username" : "actor", text };
  return { subject, given };
}
