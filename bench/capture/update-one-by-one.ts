/** A block that updates the rows with those ids, one statement each, in one transaction. */
export function updateOneByOne(table: string, from: number, to: number): string {
  return `DO $$ BEGIN FOR n IN ${from}..${to} LOOP
    UPDATE ${table} SET status = 'packed', total = total + 1, updated_at = clock_timestamp() WHERE id = n;
  END LOOP; END $$`;
}
