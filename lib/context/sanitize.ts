import { createHash } from "node:crypto";
import { types } from "node:util";
import { cleanText, storableText } from "./clean-text.ts";
import type { Redactor } from "./redact.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Sanitized {
  /** Plain JSON that PostgreSQL stores as it is. */
  value: Json;
  /** What is not as it was, as `path: what`; at most 20. Empty: nothing was replaced or left out. */
  notes: string[];
}

export const limits = {
  /** Levels of arrays and objects inside each other. */
  depth: 32,
  /** Names of an object, elements of an array. */
  names: 1000,
  /** Bytes of one text. A longer one is kept as `{"$cut": its first part, "$length": its length}`. */
  text: 8192,
  /** UTF-16 units that remain of a cut text. */
  firstPart: 2000,
  /** Bytes of the whole as JSON. */
  whole: 65_536,
} as const;

const nothing: Redactor = { isSecret: () => false, maskText: (text) => text };

/**
 * Any value as JSON that PostgreSQL stores: NUL and lone surrogates, `BigInt`, `NaN`, cycles, what is too deep
 * or too large, and what throws when it is looked at are replaced, and noted. Values under a secret name become
 * `{"masked": true}` unseen, binary data its length and SHA-256. Never throws.
 */
export function sanitize(input: unknown, redactor: Redactor = nothing): Sanitized {
  const run = new Sanitizing(redactor);
  return { value: run.visit(input, "", 0) ?? null, notes: run.notes };
}

class Sanitizing {
  readonly notes: string[] = [];
  private left: number = limits.whole;
  private readonly inside = new Set<object>();
  private readonly redactor: Redactor;

  constructor(redactor: Redactor) {
    this.redactor = redactor;
  }

  /** Undefined where JSON has nothing, and where there is no room left. */
  visit(value: unknown, path: string, depth: number): Json | undefined {
    switch (typeof value) {
      case "string":
        return this.text(value, path);
      case "number":
        // `|| 0`: JSON knows no negative zero.
        return Number.isFinite(value)
          ? this.take(value || 0)
          : this.replace(String(value), path, "not a finite number");
      case "boolean":
        return this.take(value);
      case "bigint":
        return this.replace(value.toString().slice(0, 1000), path, "BigInt as text");
      case "undefined":
        return undefined;
      case "function":
      case "symbol":
        return this.replace(`[${typeof value}]`, path, typeof value);
      case "object":
        return value === null ? this.take(null) : this.object(value, path, depth);
    }
  }

  private object(value: object, path: string, depth: number): Json | undefined {
    if (this.inside.has(value)) return this.replace("[circular]", path, "circular");
    if (depth >= limits.depth) return this.replace("[too deep]", path, `deeper than ${limits.depth} levels`);
    this.inside.add(value);
    try {
      return this.special(value, path, depth);
    } catch (error) {
      return this.replace("[unreadable]", path, `unreadable: ${messageOf(error)}`);
    } finally {
      this.inside.delete(value);
    }
  }

  private special(value: object, path: string, depth: number): Json | undefined {
    if (types.isDate(value)) {
      return Number.isNaN(value.getTime())
        ? this.replace(null, path, "invalid date")
        : this.take(value.toISOString());
    }
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return this.bytes(value);
    if (types.isMap(value)) return this.pairs(value, path, depth);
    if (types.isSet(value)) {
      this.note(path, "Set as array");
      return this.list([...value], path, depth);
    }
    if (types.isNativeError(value)) {
      this.note(path, "Error as object");
      return this.names({ ...value, name: value.name, message: value.message }, path, depth);
    }
    if (types.isRegExp(value)) return this.replace(String(value), path, "RegExp as text");
    if (types.isBoxedPrimitive(value)) return this.visit(value.valueOf(), path, depth);
    const { toJSON } = value as { toJSON?: unknown };
    const plain: unknown = typeof toJSON === "function" ? toJSON.call(value, "") : value;
    if (plain !== value && (typeof plain !== "object" || plain === null))
      return this.visit(plain, path, depth);
    return Array.isArray(plain) ? this.list(plain, path, depth) : this.names(plain as object, path, depth);
  }

  private names(value: object, path: string, depth: number): Json | undefined {
    const names = Object.keys(value);
    const read = (name: string) => (value as Record<string, unknown>)[name];
    return this.entries(names, read, path, depth);
  }

  private pairs(map: Map<unknown, unknown>, path: string, depth: number): Json | undefined {
    this.note(path, "Map as object");
    const byName = new Map(
      [...map].map(([key, value]) => [typeof key === "object" ? "[object]" : String(key), value]),
    );
    return this.entries([...byName.keys()], (name) => byName.get(name), path, depth);
  }

  private entries(
    names: string[],
    read: (name: string) => unknown,
    path: string,
    depth: number,
  ): Json | undefined {
    if (!this.pay(2)) return undefined;
    // Without a prototype, so that `__proto__` is a name like any other.
    const result: { [name: string]: Json } = Object.create(null);
    let written = 0;
    for (const name of names) {
      if (written >= limits.names || this.left <= 0) break;
      written++;
      const own = freeName(cleanText(name, 200), result);
      if (own !== name) this.note(join(path, own), "name changed");
      if (!this.pay(Buffer.byteLength(JSON.stringify(own)) + 2)) break;
      const value = this.redactor.isSecret(name)
        ? { masked: true }
        : this.guarded(() => read(name), join(path, own), depth);
      if (value !== undefined) result[own] = value;
    }
    if (written < names.length)
      this.note(path, `${names.length - written} of ${names.length} names left out`);
    return result;
  }

  private list(values: readonly unknown[], path: string, depth: number): Json | undefined {
    if (!this.pay(2)) return undefined;
    const result: Json[] = [];
    while (result.length < values.length && result.length < limits.names && this.pay(1)) {
      const at = result.length;
      result.push(this.guarded(() => values[at], `${path}[${at}]`, depth) ?? null);
    }
    if (result.length < values.length) {
      this.note(path, `${values.length - result.length} of ${values.length} elements left out`);
    }
    return result;
  }

  private guarded(read: () => unknown, path: string, depth: number): Json | undefined {
    let value: unknown;
    try {
      value = read();
    } catch (error) {
      return this.replace("[unreadable]", path, `unreadable: ${messageOf(error)}`);
    }
    return this.visit(value, path, depth + 1);
  }

  private text(text: string, path: string): Json | undefined {
    // What is cut off is not worth masking, except where the cut would halve a secret.
    const long = text.length > limits.text || Buffer.byteLength(text) > limits.text;
    const kept = long ? text.slice(0, limits.firstPart * 2) : text;
    const storable = storableText(kept);
    if (storable !== kept && !long) this.note(path, "characters replaced that PostgreSQL cannot store");
    const masked = this.redactor.maskText(storable);
    if (!long) return this.take(masked);
    return this.take({
      $cut: cleanText(masked.slice(0, limits.firstPart), limits.firstPart),
      $length: text.length,
    });
  }

  private bytes(value: ArrayBufferView | ArrayBufferLike): Json | undefined {
    const view = ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
    return this.take({ $bytes: view.byteLength, $sha256: createHash("sha256").update(view).digest("hex") });
  }

  private replace(value: Json, path: string, what: string): Json | undefined {
    this.note(path, what);
    return this.take(value);
  }

  private take<Value extends Json>(value: Value): Value | undefined {
    return this.pay(Buffer.byteLength(JSON.stringify(value))) ? value : undefined;
  }

  private pay(bytes: number): boolean {
    if (this.left < bytes) {
      if (this.left > 0) this.note("", `cut to ${limits.whole / 1024} KB`);
      // What has no room ends it: else a thousand small values would follow one large.
      this.left = 0;
      return false;
    }
    this.left -= bytes;
    return true;
  }

  private note(path: string, what: string): void {
    if (this.notes.length >= 20) return;
    this.notes.push(cleanText(path === "" ? what : `${cleanText(path, 120)}: ${what}`, 200));
  }
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function freeName(name: string, taken: { [name: string]: Json }): string {
  let free = name;
  for (let number = 2; free in taken; number++) free = `${name.slice(0, 190)}~${number}`;
  return free;
}

function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return "it throws what cannot be read";
  }
}
