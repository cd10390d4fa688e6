import { AnnalsError } from "../errors.ts";

const least = 0.05;

/**
 * A parser for the part of a whole that an option takes.
 *
 * @throws AnnalsError USAGE from the parser, naming the option and what would be right
 */
export function shareOption(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= least && value <= 1) return value;
    throw new AnnalsError(
      "USAGE",
      `${option} is ${JSON.stringify(text.slice(0, 80))}`,
      `It must be a number from ${least} to 1, such as 0.25 for a quarter of the time.`,
    );
  };
}
