import pg from "pg";

/** What runs one statement; a client, or a pool when the session does not matter. */
export interface Statements {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** The schema BullMQ keeps its tables in; a pool handed to it cannot choose another. */
export const JOBS_SCHEMA = "bullmq";

/**
 * Gives the service's role what BullMQ needs at run time, and no more: rows, and CREATE in the one schema because
 * BullMQ makes a sequence for each new queue and temporary tables when it adds many jobs at once. May be repeated.
 */
export async function grantJobsSchema(admin: Statements, serviceRole: string): Promise<void> {
  const role = pg.escapeIdentifier(serviceRole);
  const { rows } = await admin.query("SELECT current_database() AS name");
  const database = pg.escapeIdentifier(String(rows[0]?.["name"]));
  await admin.query(`
    GRANT TEMPORARY ON DATABASE ${database} TO ${role};
    GRANT USAGE, CREATE ON SCHEMA ${JOBS_SCHEMA} TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${JOBS_SCHEMA} TO ${role};
    GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${JOBS_SCHEMA} TO ${role};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${JOBS_SCHEMA} TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${JOBS_SCHEMA} GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO ${role}
  `);
}

/** Lets one process at a time prepare the schema; released when the session ends. Waits up to the session's lock_timeout. */
export async function lockJobsSchema(admin: Statements): Promise<void> {
  await admin.query("SELECT pg_advisory_lock(hashtextextended('sportello:jobs-schema', 0))");
}

/** Takes the session's lock of a periodic task if nobody has it; true when taken. Taken twice, it is held twice. */
export async function claimTaskLock(session: Statements, task: string): Promise<boolean> {
  const { rows } = await session.query(
    "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS is_taken",
    [`sportello:task:${task}`],
  );
  return rows[0]?.["is_taken"] === true;
}

/** Proves that the session lives, and with it every lock it holds. */
export async function confirmSession(session: Statements): Promise<void> {
  await session.query("SELECT 1");
}
