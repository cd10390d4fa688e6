import type { Metadata } from "next";
import { metadata as notFound } from "../../not-found.tsx";
import { NothingHere } from "../../nothing-here.tsx";
import type { GivenParams } from "../given-params.ts";
import { ObjectRoute, objectTitle } from "./object-route.tsx";

interface Props {
  searchParams: Promise<GivenParams>;
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const asked = await read(props);
  return asked ? objectTitle(asked) : notFound;
}

/** One object whose name no path can say: without an id, or with one such as `..`. */
export default async function ObjectByQuery(props: Props) {
  const asked = await read(props);
  return asked ? <ObjectRoute {...asked} /> : <NothingHere />;
}

async function read({ searchParams }: Props) {
  const { type, id = "", ...given } = await searchParams;
  if (typeof type !== "string" || typeof id !== "string" || type === "" || /\0/.test(type + id))
    return undefined;
  return { type, id, given };
}
