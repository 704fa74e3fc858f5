/**
 * Judges a database after (or during) load: nothing oversold, every counter the sum of its rows, every booking with its
 * places, its audit and its message. `node load-tests/check-invariants.ts` takes DATABASE_ADMIN_URL, or the embedded
 * database of DATA_DIR while the service runs; it must be a role that sees all tenants. Exits with 1 when broken.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { z } from "zod";

/** One thing that is not as it must be. */
export interface BrokenInvariant {
  readonly rule: string;
  readonly count: number;
  /** One of them. */
  readonly example: string;
}

/** What must be, and the rows that break it: each query gives `(count, example)`. */
const rules: readonly { readonly rule: string; readonly sql: string }[] = [
  {
    rule: "a slot's taken is the sum of its counted units and at most its capacity",
    sql: `
      SELECT s.id::text AS example
        FROM slots s
        LEFT JOIN (SELECT tenant_id, slot_id, sum(units) AS units
                     FROM allocations WHERE is_counted GROUP BY tenant_id, slot_id) a
          ON a.tenant_id = s.tenant_id AND a.slot_id = s.id
       WHERE s.taken <> coalesce(a.units, 0) OR s.taken > s.capacity`,
  },
  {
    rule: "a ceiling's taken is the sum of its uses",
    sql: `
      SELECT c.id::text AS example
        FROM ceiling_counters c
        LEFT JOIN (SELECT tenant_id, counter_id, sum(units) AS units
                     FROM ceiling_uses GROUP BY tenant_id, counter_id) u
          ON u.tenant_id = c.tenant_id AND u.counter_id = c.id
       WHERE c.taken <> coalesce(u.units, 0)`,
  },
  {
    rule: "a person's limit counts what the person has",
    sql: `
      SELECT encode(c.person_hash, 'hex') AS example
        FROM quota_counters c
        LEFT JOIN (SELECT tenant_id, limit_id, person_hash, period_start, sum(units) AS units
                     FROM quota_uses GROUP BY tenant_id, limit_id, person_hash, period_start) u
          USING (tenant_id, limit_id, person_hash, period_start)
       WHERE c.taken <> coalesce(u.units, 0)`,
  },
  {
    rule: "a booked appointment has places",
    sql: `
      SELECT p.id::text AS example
        FROM appointments p
       WHERE p.status = 'booked'
         AND NOT EXISTS (SELECT FROM allocations a WHERE a.tenant_id = p.tenant_id AND a.owner_id = p.id)`,
  },
  {
    rule: "a cancelled appointment has no places",
    sql: `
      SELECT p.id::text AS example
        FROM appointments p
       WHERE p.status = 'cancelled'
         AND EXISTS (SELECT FROM allocations a WHERE a.tenant_id = p.tenant_id AND a.owner_id = p.id)`,
  },
  {
    rule: "what an appointment or a hold has belongs to one that exists and is alive",
    sql: `
      SELECT a.owner_id::text AS example
        FROM allocations a
        LEFT JOIN appointments p ON p.tenant_id = a.tenant_id AND p.id = a.owner_id
        LEFT JOIN holds h ON h.tenant_id = a.tenant_id AND h.id = a.owner_id
       WHERE (a.owner_kind = 'appointment' AND p.id IS NULL)
          OR (a.owner_kind = 'hold' AND h.status IS DISTINCT FROM 'open')`,
  },
  {
    rule: "an appointment has its legs, and a person for each of the party",
    sql: `
      SELECT p.id::text AS example
        FROM appointments p
       WHERE p.status = 'booked'
         AND (NOT EXISTS (SELECT FROM appointment_legs l WHERE l.tenant_id = p.tenant_id AND l.appointment_id = p.id)
           OR p.party_size <> (SELECT count(*) FROM participants r
                                WHERE r.tenant_id = p.tenant_id AND r.appointment_id = p.id
                                  AND r.cancelled_at IS NULL))`,
  },
  {
    rule: "an appointment of the last hour is in the audit",
    sql: `
      SELECT p.id::text AS example
        FROM appointments p
       WHERE p.created_at > clock_now() - interval '1 hour'
         AND NOT EXISTS (SELECT FROM audit_events e WHERE e.tenant_id = p.tenant_id AND e.subject_id = p.id)`,
  },
  {
    // Older events are forgotten once they are relayed.
    rule: "an appointment of the last hour is in the outbox",
    sql: `
      SELECT p.id::text AS example
        FROM appointments p
       WHERE p.created_at > clock_now() - interval '1 hour'
         AND NOT EXISTS (SELECT FROM outbox_events o WHERE o.tenant_id = p.tenant_id AND o.subject_id = p.id)`,
  },
];

/** Judges all tenants of a database; an empty list means that everything holds. The client must see all rows. */
export async function checkInvariants(
  client: Pick<pg.Client, "query">,
): Promise<BrokenInvariant[]> {
  const broken: BrokenInvariant[] = [];
  for (const { rule, sql } of rules) {
    const { rows } = await client.query<{ count: string; example: string }>(
      `SELECT count(*) AS count, min(example) AS example FROM (${sql}) AS broken`,
    );
    const count = Number(rows[0]?.count ?? 0);
    if (count > 0) broken.push({ rule, count, example: rows[0]?.example ?? "" });
  }
  return broken;
}

const accessSchema = z.object({ port: z.int(), admin_password: z.string() });

/** The address of a role that sees everything: stated, or the embedded database's own. */
function findAddress(): string {
  const stated = process.env["DATABASE_ADMIN_URL"] ?? process.env["DATABASE_URL"];
  if (stated !== undefined) return stated;
  const file = join(process.env["DATA_DIR"] ?? "./.data", "database.json");
  const access = accessSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  return `postgresql://sportello_admin:${access.admin_password}@127.0.0.1:${access.port}/sportello`;
}

async function main(): Promise<void> {
  const client = new pg.Client({ connectionString: findAddress() });
  await client.connect();
  try {
    const seen = await client.query<{ sees_all: boolean; count: string }>(
      `SELECT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS sees_all,
              (SELECT count(*) FROM appointments) AS count`,
    );
    if (!seen.rows[0]?.sees_all) throw new Error("This role does not see all tenants' rows");
    const broken = await checkInvariants(client);
    for (const { rule, count, example } of broken)
      console.log(`BROKEN   ${rule}: ${count}, such as ${example}`);
    console.log(
      broken.length === 0
        ? `All ${rules.length} invariants hold over ${seen.rows[0].count} appointments.`
        : `${broken.length} of ${rules.length} invariants are broken.`,
    );
    process.exitCode = broken.length === 0 ? 0 : 1;
  } finally {
    await client.end();
  }
}

if (import.meta.main) await main();
