import type { Product, Story } from "../story.ts";
import { expectStatus } from "../visitor.ts";

/** Everything becomes 3.5 % dearer, in one statement; then two articles are put right by hand. */
export async function changePrices(story: Story): Promise<number> {
  const { ines, priya } = story.people;
  const { repriced } = expectStatus(
    await ines.post<{ repriced: number }>("/products/reprice", { percent: 3.5 }),
    200,
  );
  const mugs = story.products.filter((product: Product) => product.sku.startsWith("NG-MUG")).slice(0, 2);
  for (const { id } of mugs) {
    const change = { price: "15.20", attributes: { ml: 350, dishwasher: true, glaze: "celadon" } };
    expectStatus(await priya.patch(`/products/${id}`, change), 200);
  }
  return repriced;
}
