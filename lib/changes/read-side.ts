import type { Side } from "./changes.ts";
import { formatJson, type Json } from "./json.ts";

/** A recorded value as one side of a row, the marks of the capture (`$bytes`, `$cut`, `masked`) understood. */
export function readSide(value: Json | undefined): Side {
  if (value === undefined) return { is: "absent" };
  switch (value.is) {
    case "null":
      return { is: "null" };
    case "boolean":
    case "number":
    case "text":
      return { is: value.is, text: value.text };
    case "deep":
      return { is: value.text.startsWith("[") ? "array" : "object", text: value.text };
    case "array":
      return { is: "array", text: formatJson(value) };
    case "object":
      return readMark(value.members) ?? { is: "object", text: formatJson(value) };
  }
}

/** A mark is an object of exactly the members that the capture writes; anything more is the host's own. */
function readMark(members: [string, Json][]): Side | undefined {
  const of = (name: string) => members.find(([key]) => key === name)?.[1];
  const [masked, bytes, sha256, cut, length] = ["masked", "$bytes", "$sha256", "$cut", "$length"].map(of);
  if (members.length === 1 && masked?.is === "boolean" && masked.text === "true") return { is: "masked" };
  if (members.length === 2 && bytes?.is === "number" && sha256?.is === "text") {
    return { is: "bytes", length: Number(bytes.text), sha256: sha256.text };
  }
  // What the library cuts has no hash, what the relay cuts has one.
  const cutMembers = sha256?.is === "text" ? 3 : 2;
  if (members.length === cutMembers && cut?.is === "text" && length?.is === "number") {
    return { is: "cut", text: cut.text, length: Number(length.text) };
  }
  return undefined;
}

export function isMark(value: Json): boolean {
  return value.is === "object" && readMark(value.members) !== undefined;
}
