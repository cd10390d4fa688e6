import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { iconNames } from "./icon.tsx";

const drawn = [
  ...readFileSync(new URL("../../public/icons.svg", import.meta.url), "utf8").matchAll(
    /<symbol id="([^"]+)"/g,
  ),
];

test("the sprite draws exactly the icons that the console names", () => {
  expect(drawn.map((match) => match[1]).sort()).toEqual([...iconNames].sort());
});
