import { isShare, shareRule } from "../config.ts";
import { AnnalsError } from "../errors.ts";

/**
 * A parser for the part of a whole that an option takes.
 *
 * @throws AnnalsError USAGE from the parser, naming the option and what would be right
 */
export function shareOption(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && isShare(value)) return value;
    throw new AnnalsError(
      "USAGE",
      `${option} is ${JSON.stringify(text.slice(0, 80))}`,
      `It must be ${shareRule}.`,
    );
  };
}
