import { AnnalsError } from "../errors.ts";

/**
 * A parser for the whole number that an option takes.
 *
 * @throws AnnalsError USAGE from the parser, naming the option and what would be right
 */
export function numberOption(option: string, unit: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= least) return value;
    throw new AnnalsError(
      "USAGE",
      `${option} is ${JSON.stringify(text.slice(0, 80))}`,
      `It must be a whole number of ${unit}, at least ${least}.`,
    );
  };
}
