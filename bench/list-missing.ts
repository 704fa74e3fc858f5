import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type pg from "pg";

const CHUNK = 10_000;

/**
 * Looks every acknowledged appointment up. Throws when one is not stored, or was acknowledged twice; returns how many
 * were acknowledged and how many there are in all of those made over the API.
 */
export async function listMissing(
  admin: pg.Client,
  acknowledgedFile: string,
): Promise<{ acknowledged: number; stored: number }> {
  const seen = new Set<string>();
  let chunk: string[] = [];
  const look = async (): Promise<void> => {
    const { rows } = await admin.query<{ id: string }>(
      `SELECT a.id
         FROM unnest($1::uuid[]) AS a (id)
        WHERE NOT EXISTS (SELECT FROM appointments p WHERE p.id = a.id AND p.status = 'booked')`,
      [chunk],
    );
    if (rows.length > 0) throw new Error(`${rows.length} acknowledged bookings are missing`);
    chunk = [];
  };
  if (existsSync(acknowledgedFile)) {
    for await (const id of createInterface({ input: createReadStream(acknowledgedFile) })) {
      if (seen.has(id)) throw new Error(`The appointment ${id} was acknowledged twice`);
      seen.add(id);
      if (chunk.push(id) === CHUNK) await look();
    }
    await look();
  }
  const { rows } = await admin.query<{ count: string }>(
    "SELECT count(*) FROM appointments WHERE status = 'booked'",
  );
  return { acknowledged: seen.size, stored: Number(rows[0]?.count) };
}
