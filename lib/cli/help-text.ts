/** What the help of a command says below its options. */
export interface HelpText {
  /** What one has to know first. */
  notes?: string;
  /** The document that `--json` prints, by its fields. */
  json: string;
  /** What exit code 1 means here. */
  failed?: string;
  /** Lines of a shell, without the prompt. */
  examples: readonly string[];
}

/** The parts in their order, the same for every command. */
export function helpText({ notes, json, failed = "failed", examples }: HelpText): string {
  const title = examples.length === 1 ? "Example" : "Examples";
  const parts = [
    ...(notes === undefined ? [] : [notes.trim()]),
    `With --json: ${json}\nExit codes: 0 done · 1 ${failed} · 2 usage or bad input · 3 database unreachable`,
    `${title}:\n${examples.map((line) => `  $ ${line}`).join("\n")}`,
  ];
  return `\n${parts.join("\n\n")}`;
}
