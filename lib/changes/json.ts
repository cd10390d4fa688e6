/** A JSON value that keeps the digits of its numbers: `0.10`, `1e400`, `12345678901234567890`. */
export type Json =
  | { is: "null" }
  | { is: "boolean"; text: "true" | "false" }
  | { is: "number"; text: string }
  | { is: "text"; text: string }
  | { is: "array"; items: Json[] }
  | { is: "object"; members: [name: string, value: Json][] }
  /** Nested deeper than `deepest`: left as it stands. */
  | { is: "deep"; text: string };

/** The recursion stops here, so that no stored value can exhaust the stack. */
export const deepest = 200;

/**
 * Parses JSON text as the database hands it over.
 *
 * @throws SyntaxError with the position, when it is not JSON
 */
export function parseJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** JSON text without white space, the numbers as they were. */
export function formatJson(json: Json): string {
  switch (json.is) {
    case "null":
      return "null";
    case "boolean":
    case "number":
    case "deep":
      return json.text;
    case "text":
      return JSON.stringify(json.text);
    case "array":
      return `[${json.items.map(formatJson).join(",")}]`;
    case "object":
      return `{${json.members.map(([name, value]) => `${JSON.stringify(name)}:${formatJson(value)}`).join(",")}}`;
  }
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const space = /[ \t\n\r]*/y;
// Up to the closing quote; JSON.parse then judges and decodes the string.
const string = /"(?:[^"\\]|\\.)*"/sy;
const word = /null|true|false/y;

class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): Json {
    this.take(space);
    const char = this.text[this.at];
    if (char === "{" || char === "[") {
      if (depth >= deepest) return { is: "deep", text: this.skip() };
      return char === "{" ? this.object(depth) : this.array(depth);
    }
    if (char === '"') return { is: "text", text: this.string() };
    const name = this.take(word);
    if (name === "null") return { is: "null" };
    if (name === "true" || name === "false") return { is: "boolean", text: name };
    return { is: "number", text: this.take(number) ?? this.fail() };
  }

  end(): void {
    this.take(space);
    if (this.at < this.text.length) this.fail();
  }

  private object(depth: number): Json {
    const members: [string, Json][] = [];
    this.list("}", () => {
      this.take(space);
      const name = this.string();
      this.take(space);
      if (this.text[this.at] !== ":") this.fail();
      this.at += 1;
      members.push([name, this.value(depth + 1)]);
    });
    return { is: "object", members };
  }

  private array(depth: number): Json {
    const items: Json[] = [];
    this.list("]", () => items.push(this.value(depth + 1)));
    return { is: "array", items };
  }

  private list(close: string, item: () => void): void {
    this.at += 1;
    this.take(space);
    if (this.text[this.at] === close) {
      this.at += 1;
      return;
    }
    for (;;) {
      item();
      this.take(space);
      const char = this.text[this.at];
      if (char !== "," && char !== close) this.fail();
      this.at += 1;
      if (char === close) return;
    }
  }

  private string(): string {
    const start = this.at;
    const quoted = this.take(string) ?? this.fail();
    try {
      return JSON.parse(quoted) as string;
    } catch {
      this.at = start;
      return this.fail();
    }
  }

  /** An object or array as it stands, brackets matched outside strings. */
  private skip(): string {
    const start = this.at;
    let open = 0;
    do {
      const char = this.text[this.at];
      if (char === undefined) this.fail();
      if (char === '"') {
        this.take(string) ?? this.fail();
        continue;
      }
      if (char === "{" || char === "[") open += 1;
      if (char === "}" || char === "]") open -= 1;
      this.at += 1;
    } while (open > 0);
    return this.text.slice(start, this.at);
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private fail(): never {
    throw new SyntaxError(
      `This is not JSON: unexpected ${this.at < this.text.length ? "character" : "end"} at ${this.at}.`,
    );
  }
}
