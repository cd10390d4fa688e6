import { createHash } from "node:crypto";

export interface ErrorDescription {
  title: string;
  description: string;
  functionName?: string;
  lineNumber?: number;
  errorCode?: string;
  stackTrace?: string;
  fingerprint: string;
}

interface Frame {
  functionName: string;
  file: string;
  line: number;
}

/** What can be told of anything that was thrown. Never throws. */
export function describeError(thrown: unknown): ErrorDescription {
  const isError = thrown instanceof Error;
  const name = isError ? read(() => thrown.name) || "Error" : "Thrown value";
  const message = read(() =>
    isError ? thrown.message : typeof thrown === "object" ? JSON.stringify(thrown) : String(thrown),
  );
  const code = read(() => (thrown as { code?: unknown } | null)?.code ?? "");
  const stack = isError ? stackOf(thrown) : "";
  const frames = parseFrames(stack, shortMessage(message));
  const own = frames.find(({ file }) => !/node_modules|^node:/.test(file)) ?? frames[0];
  // Without the message, which differs from time to time, and without columns, which builds change.
  const identity = [name, code, ...frames.slice(0, 5).map((f) => `${f.functionName}@${f.file}:${f.line}`)];
  if (frames.length === 0) identity.push(message.replace(/\d+/g, "0").slice(0, 200));
  return {
    title: firstLine(message) === "" ? name : `${name}: ${firstLine(message)}`,
    description: message,
    ...(own && { functionName: own.functionName, lineNumber: own.line }),
    ...(code !== "" && { errorCode: code }),
    ...(stack !== "" && { stackTrace: stack }),
    fingerprint: createHash("sha256").update(identity.join("\n")).digest("hex").slice(0, 16),
  };
}

/** With the causes behind it, three at most. */
function stackOf(error: Error): string {
  const stacks: string[] = [];
  let present: unknown = error;
  while (present instanceof Error && stacks.length < 4) {
    const link: Error = present;
    stacks.push(
      withShortMessage(
        read(() => link.stack ?? ""),
        read(() => link.message),
      ),
    );
    present = link.cause;
  }
  return stacks.join("\ncaused by: ");
}

/** A stack begins with the message, and a long one would leave no room for the frames. */
function withShortMessage(stack: string, message: string): string {
  return stack.replace(message, () => shortMessage(message));
}

function shortMessage(message: string): string {
  return message.length > 1000 ? `${message.slice(0, 1000)}…` : message;
}

/** The frames below the message, which may have lines of any kind itself. */
function parseFrames(stack: string, message: string): Frame[] {
  const below = stack.indexOf(message) + message.length;
  const lines = stack
    .slice(below, below + 32_000)
    .split("\n")
    .slice(0, 100);
  return lines.flatMap((line) => parseFrame(line.slice(0, 1000).trim()) ?? []);
}

/** `at async Shop.pay (file:///shop/pay.ts:12:7)` or `at /shop/pay.ts:12:7`. */
function parseFrame(line: string): Frame | undefined {
  if (!line.startsWith("at ")) return undefined;
  const call = line.slice(3).replace(/^async /, "");
  const bracket = call.indexOf(" (");
  const place = bracket === -1 ? call : call.slice(bracket + 2).replace(/\)$/, "");
  const [, file, number] = /^(.+):(\d{1,9}):\d{1,9}$/.exec(place) ?? [];
  if (file === undefined) return undefined;
  return {
    functionName: bracket === -1 ? "(anonymous)" : call.slice(0, bracket),
    file,
    line: Number(number),
  };
}

function firstLine(text: string): string {
  return text.slice(0, 400).split("\n", 1)[0] ?? "";
}

function read(get: () => unknown): string {
  try {
    return String(get());
  } catch {
    return "[unreadable]";
  }
}
