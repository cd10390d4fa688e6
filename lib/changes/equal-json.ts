import type { Json } from "./json.ts";

/** Deep equality as PostgreSQL's jsonb has it: 1.0 is 1.00, the order of members does not matter. */
export function equalJson(one: Json, other: Json): boolean {
  if (one.is === "object" && other.is === "object") {
    if (one.members.length !== other.members.length) return false;
    const members = new Map(other.members);
    return one.members.every(([name, value]) => {
      const twin = members.get(name);
      return twin !== undefined && equalJson(value, twin);
    });
  }
  if (one.is === "array" && other.is === "array") {
    if (one.items.length !== other.items.length) return false;
    return one.items.every((item, at) => equalJson(item, other.items[at] as Json));
  }
  if (one.is === "number" && other.is === "number") return equalNumbers(one.text, other.text);
  if (one.is === "null" || other.is === "null") return one.is === other.is;
  return one.is === other.is && "text" in one && "text" in other && one.text === other.text;
}

function equalNumbers(one: string, other: string): boolean {
  return one === other || normalise(one) === normalise(other);
}

/** Sign, digits without zeros at either end, and the power of ten of the last digit. */
function normalise(text: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${sign}${significant}e${BigInt(power) - BigInt(fraction.length) + BigInt(digits.length - significant.length)}`;
}
