import { runMigrations } from "bullmq";
import pg from "pg";
import { grantJobsSchema, JOBS_SCHEMA, lockJobsSchema } from "./queries.ts";

/**
 * Brings BullMQ's own tables up to date and lets the service's role use them. Part of `migrate`: the service's role
 * may not create schemas, and BullMQ must find its schema ready.
 * `adminUrl` is a role that may create schemas and grant; `serviceRole` exists already. May be repeated, also at once.
 */
export async function prepareJobsSchema(adminUrl: string, serviceRole: string): Promise<void> {
  const admin = new pg.Client({
    connectionString: adminUrl,
    application_name: "sportello-jobs-schema",
    connectionTimeoutMillis: 5_000,
    lock_timeout: 30_000,
    statement_timeout: 60_000,
    query_timeout: 65_000,
  });
  admin.on("error", () => undefined);
  await admin.connect();
  try {
    await lockJobsSchema(admin);
    await runMigrations(admin, JOBS_SCHEMA);
    await grantJobsSchema(admin, serviceRole);
  } finally {
    await admin.end();
  }
}
