/**
 * Measures variants in alternating rounds, so that whatever else the machine does hits all of them alike. Each
 * round runs every variant once, a different one first each time; one more round before them is not counted.
 *
 * @returns the figures of each variant, in the order of the rounds
 */
export async function alternate<Name extends string>(
  variants: Record<Name, () => Promise<number>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(variants) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -1; round < rounds; round += 1) {
    for (const index of names.keys()) {
      const name = names[(index + round + 1) % names.length] as Name;
      const figure = await variants[name]();
      if (round >= 0) figures[name].push(figure);
    }
  }
  return figures;
}
