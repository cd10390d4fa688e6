import type { Metadata } from "next";
import { metadata as notFound } from "../../../../not-found.tsx";
import { NothingHere } from "../../../../nothing-here.tsx";
import type { GivenParams } from "../../../given-params.ts";
import { readSegments } from "../../../page-hrefs.ts";
import { ObjectRoute, objectTitle } from "../../object-route.tsx";

interface Props {
  params: Promise<{ type: string; id: string[] }>;
  searchParams: Promise<GivenParams>;
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const asked = await read(props);
  return asked ? objectTitle(asked) : notFound;
}

/** One object. */
export default async function ObjectByPath(props: Props) {
  const asked = await read(props);
  return asked ? <ObjectRoute {...asked} /> : <NothingHere />;
}

async function read({ params, searchParams }: Props) {
  const { type: segment, id: segments } = await params;
  const [type, id] = [readSegments([segment]), readSegments(segments)];
  return type !== undefined && id !== undefined ? { type, id, given: await searchParams } : undefined;
}
