import type pg from "pg";

/** Rows and bytes per table that bookings are written to. */
export type RowCounts = ReadonlyMap<string, { readonly rows: number; readonly bytes: number }>;

const tables = [
  "allocations",
  "appointments",
  "appointment_legs",
  "participants",
  "appointment_lookups",
  "audit_events",
  "outbox_events",
  "idempotency_replies",
];

/** How much the average row of a table may differ in size: only the service's events carry the time of their relay. */
const BYTES_SHARE_MAX = 0.1;
const NEWEST = 1_000;

/** Counts the rows of each table, less those counted before, and sizes the newest ones. */
export async function countRows(admin: pg.Client, before?: RowCounts): Promise<RowCounts> {
  const counts = new Map<string, { rows: number; bytes: number }>();
  for (const table of tables) {
    const { rows } = await admin.query<{ rows: string; bytes: number | null }>(
      `SELECT (SELECT count(*) FROM ${table}) AS rows,
              (SELECT avg(octet_length(t::text))::float8
                 FROM (SELECT * FROM ${table} ORDER BY ctid DESC LIMIT ${NEWEST}) AS t) AS bytes`,
    );
    const known = before?.get(table)?.rows ?? 0;
    counts.set(table, { rows: Number(rows[0]?.rows) - known, bytes: rows[0]?.bytes ?? 0 });
  }
  return counts;
}

interface Written {
  readonly rows: RowCounts;
  readonly bookings: number;
}

/** Throws unless both wrote the same number of rows per booking to each table, of about the same size. */
export function compareRows(service: Written, direct: Written): string {
  const perBooking: string[] = [];
  for (const table of tables) {
    const a = service.rows.get(table) ?? { rows: 0, bytes: 0 };
    const b = direct.rows.get(table) ?? { rows: 0, bytes: 0 };
    const each = [a.rows / service.bookings, b.rows / direct.bookings].map(
      (n) => Math.round(n * 100) / 100,
    );
    if (each[0] !== each[1])
      throw new Error(`A booking writes ${each[0]} rows to ${table}, directly ${each[1]}`);
    if (Math.abs(a.bytes / b.bytes - 1) > BYTES_SHARE_MAX)
      throw new Error(`A row of ${table} has ${a.bytes} bytes as text, directly ${b.bytes}`);
    perBooking.push(`${each[0]} ${table}`);
  }
  return `a booking writes ${perBooking.join(", ")}, on both sides`;
}
