import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";

const pool = Buffer.allocUnsafe(16_384);
let used = pool.length;

/**
 * Fresh bytes from the system's generator, at most 16,384. Drawn in large portions: a call to the generator costs ten
 * times what handing out its bytes does, and a booking needs a dozen of them.
 */
export function freshBytes(count: number): Buffer {
  if (count > pool.length) throw new RangeError(`${count} random bytes were asked for at once`);
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  const bytes = Buffer.from(pool.subarray(used - count, used));
  // Nobody who reads this process's memory later finds what was handed out.
  pool.fill(0, used - count, used);
  return bytes;
}

/** A new id: a UUID of version 7 (RFC 9562), whose order is roughly that of creation. */
export function newId(): string {
  return v7({ random: freshBytes(16) });
}
