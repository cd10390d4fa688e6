import type { Random } from "./random.ts";

const goods = [
  ["LMP", "Brass desk lamp", 64, { watts: 9, colour: "brass" }, ["lighting", "office"]],
  ["PND", "Opal pendant", 118, { watts: 12, colour: "opal" }, ["lighting"]],
  ["CHR", "Bentwood chair", 142, { colour: "walnut", weight: { grams: 5200 } }, ["seating"]],
  ["STL", "Workshop stool", 89, { colour: "oak", height_cm: 45 }, ["seating", "workshop"]],
  ["TBL", "Trestle table", 310, { seats: 6, material: ["ash", "steel"] }, ["tables"]],
  ["SHF", "Ladder shelf", 176, { shelves: 5, wall_mounted: false }, ["storage"]],
  ["CRT", "Seedling crate", 23.5, { litres: 18 }, ["storage", "garden"]],
  ["RUG", "Flatweave rug", 210, { size_cm: { width: 170, length: 240 } }, ["textiles"]],
  ["THR", "Lambswool throw", 96, { colour: "slate", washable: false }, ["textiles"]],
  ["MUG", "Stoneware mug", 14.9, { ml: 330, dishwasher: true }, ["kitchen"]],
  ["PAN", "Carbon steel pan", 58, { diameter_cm: 28 }, ["kitchen"]],
  ["KNF", "Paring knife", 31, { blade_cm: 9, handed: null }, ["kitchen"]],
] as const;

const sizes = ["S", "M", "L"] as const;

/** A supplier's price list: 36 articles. */
export function catalogue(random: Random) {
  return goods.flatMap(([code, name, price, attributes, tags]) =>
    sizes.map((size, step) => ({
      sku: `NG-${code}-${size}`,
      name: `${name}, ${size}`,
      price: (price * (1 + step * 0.35)).toFixed(2),
      stock: random.between(120, 400),
      attributes: { ...attributes, size },
      tags: [...tags],
    })),
  );
}
