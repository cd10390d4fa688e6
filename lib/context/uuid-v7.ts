import { randomFillSync } from "node:crypto";

const pool = Buffer.alloc(10 * 256);
let used = pool.length;

/** A new UUID of version 7 (RFC 9562): 48 bits of milliseconds, 74 random bits. Sorts by time across a millisecond. */
export function uuidV7(now: number = Date.now()): string {
  if (used === pool.length) {
    // One call for 256 ids: a system call each would be most of the price.
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.toString("hex", used, used + 10);
  used += 10;
  const time = now.toString(16).padStart(12, "0");
  const variant = ((Number.parseInt(random.slice(3, 4), 16) & 0x3) | 0x8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}
