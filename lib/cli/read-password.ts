import { once } from "node:events";
import { createInterface, type Interface } from "node:readline/promises";
import { Writable } from "node:stream";
import { AnnalsError } from "../errors.ts";

/**
 * A new password: the first line of standard input with `fromStdin`, else asked for twice on the terminal,
 * without showing it. Never an argument, which other users of the machine could see.
 *
 * @throws AnnalsError USAGE when there is no terminal to ask on, it is left, or the two differ
 */
export async function readPassword(
  fromStdin: boolean,
  input: NodeJS.ReadStream = process.stdin,
): Promise<string> {
  if (fromStdin) return readLine(input);
  if (!input.isTTY) {
    throw new AnnalsError(
      "USAGE",
      "There is no terminal to ask for the password on",
      "Pipe it in: `… | annals user add ada --role auditor --password-stdin`.",
    );
  }
  // What is typed goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // Before the first question and until the last answer: the terminal shows what comes at any other time.
  const terminal = createInterface({ input, output: nowhere, terminal: true });
  // Ctrl+C ends the program, as it would without us.
  terminal.once("SIGINT", () => {
    process.stderr.write("\n");
    process.exit(130);
  });
  try {
    const password = await ask(terminal, "Password: ");
    if (password === (await ask(terminal, "Once more: "))) return password;
  } finally {
    terminal.close();
  }
  throw new AnnalsError("USAGE", "The two passwords differ", "Nothing was changed. Try again.");
}

async function readLine(input: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(chunk as Buffer);
  return (Buffer.concat(chunks).toString("utf8").split("\n", 1)[0] as string).replace(/\r$/, "");
}

async function ask(terminal: Interface, question: string): Promise<string> {
  process.stderr.write(question);
  // Ctrl+D, or a terminal that is gone.
  const left = once(terminal, "close").then(() => {
    throw new AnnalsError("USAGE", "No password was given", "Nothing was changed. Try again.");
  });
  try {
    return await Promise.race([terminal.question("").catch(() => left), left]);
  } finally {
    process.stderr.write("\n");
  }
}
