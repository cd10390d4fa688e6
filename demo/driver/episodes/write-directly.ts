import postgres from "postgres";
import type { Story } from "../story.ts";

/** Somebody at a database prompt, past the shop and all its rules. Nobody says who: that is the point. */
export async function writeDirectly({ databaseUrl, customers }: Story): Promise<{ customerId: number }> {
  const customerId = customers[2]?.id ?? 1;
  const psql = postgres(databaseUrl, { max: 1, connection: { application_name: "psql" } });
  try {
    await psql`UPDATE shop.customers SET credit_limit = 99999 WHERE id = ${customerId}`;
    await psql`UPDATE shop.products SET stock = stock + 100 WHERE sku LIKE 'NG-RUG-%'`;
    await psql`UPDATE shop.customers SET name = name WHERE id = ${customerId}`; // changes nothing: no event
  } finally {
    await psql.end();
  }
  return { customerId };
}
