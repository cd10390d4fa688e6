import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { AnnalsError } from "../errors.ts";

/**
 * A new password: the first line of standard input with `fromStdin`, else asked for twice on the terminal,
 * without showing it. Never an argument, which other users of the machine could see.
 *
 * @throws AnnalsError USAGE when there is no terminal to ask on, or the two differ
 */
export async function readPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) return readLine();
  if (!process.stdin.isTTY) {
    throw new AnnalsError(
      "USAGE",
      "There is no terminal to ask for the password on",
      "Pipe it in: `… | annals user add ada --role auditor --password-stdin`.",
    );
  }
  const password = await ask("Password: ");
  if (password === (await ask("Once more: "))) return password;
  throw new AnnalsError("USAGE", "The two passwords differ", "Nothing was changed. Try again.");
}

async function readLine(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return (Buffer.concat(chunks).toString("utf8").split("\n", 1)[0] as string).replace(/\r$/, "");
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  // What is typed goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Ctrl+C ends the program, as it would without us.
  terminal.once("SIGINT", () => {
    process.stderr.write("\n");
    process.exit(130);
  });
  const answer = await terminal.question("");
  terminal.close();
  process.stderr.write("\n");
  return answer;
}
