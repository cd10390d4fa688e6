import { type NextRequest, NextResponse } from "next/server";
import { recordJson } from "@/components/records/record-json.ts";
import { hasPermission } from "@/lib/access/require-permission.ts";
import { isKind } from "@/lib/records/kinds.ts";
import { settle } from "../../../../settle.ts";
import { currentViewer } from "../../../../viewer.ts";
import { readRecord } from "../read-record.ts";

interface Context {
  params: Promise<{ kind: string; id: string }>;
}

/** One record as a file of JSON. */
export async function GET(_: NextRequest, { params }: Context): Promise<Response> {
  const { kind, id } = await params;
  if (!isKind(kind)) return refuse(404, "There is no such list.");
  const read = await settle("the record", readFor(kind, id));
  if ("failure" in read) return refuse(503, `${read.failure.because} Reference ${read.failure.reference}.`);
  if (typeof read.value === "string")
    return refuse(read.value === "anonymous" ? 401 : 403, `Not permitted: ${read.value}.`);
  if (!read.value) return refuse(404, "There is no record of that number.");
  return new NextResponse(`${recordJson(read.value)}\n`, {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": `attachment; filename="${kind}-${id}.json"`,
      "cache-control": "no-store",
    },
  });
}

async function readFor(kind: Parameters<typeof readRecord>[1], id: string) {
  const viewer = await currentViewer();
  if (!viewer) return "anonymous";
  if (!hasPermission(viewer, `${kind}.view`)) return `${kind}.view`;
  return readRecord(viewer, kind, id);
}

function refuse(status: number, message: string): Response {
  return NextResponse.json({ error: message }, { status, headers: { "cache-control": "no-store" } });
}
