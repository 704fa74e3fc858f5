import pg from "pg";
import { ADMIN_ROLE, type DatabaseAccess, SERVICE_ROLE } from "./credentials.ts";

/** Name of the database that holds everything. */
export const DATABASE_NAME = "sportello";
/** Arbitrary but fixed: whoever holds it (in database `postgres`) owns the running cluster. */
const OWNER_LOCK = 7_305_120_118;
const OWNER_NAME = "sportello owner ";

/** Connection address of the superuser for one database of the embedded cluster. */
export function adminUrl(access: DatabaseAccess, database: string): string {
  return `postgresql://${ADMIN_ROLE}:${access.admin_password}@127.0.0.1:${access.port}/${database}`;
}

/** Connection address of the service role for one database of the embedded cluster. */
export function serviceUrl(access: DatabaseAccess, database: string): string {
  return `postgresql://${SERVICE_ROLE}:${access.service_password}@127.0.0.1:${access.port}/${database}`;
}

/**
 * Opens the session that claims the running cluster for this process and ends with it, however it ends.
 * The claim is refused while another process holds it; its process id is then in `heldBy`.
 */
export async function claimCluster(
  access: DatabaseAccess,
): Promise<{ client: pg.Client; heldBy?: string }> {
  const client = await connect(access, "postgres", `${OWNER_NAME}${process.pid}`);
  const { rows } = await client.query<{ is_claimed: boolean }>(
    "SELECT pg_try_advisory_lock($1) AS is_claimed",
    [OWNER_LOCK],
  );
  if (rows[0]?.is_claimed) return { client };
  const heldBy = await findOwner(client);
  await client.end();
  return { client, heldBy };
}

async function findOwner(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ application_name: string }>(
    `SELECT a.application_name
       FROM pg_locks l
       JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory'
        AND l.granted
        AND ((l.classid::bigint << 32) | l.objid::bigint) = $1`,
    [OWNER_LOCK],
  );
  return rows[0]?.application_name.slice(OWNER_NAME.length) ?? "unknown";
}

/** Creates the service role and the database when missing and sets the role's limits and password. May be repeated. */
export async function prepareDatabase(access: DatabaseAccess): Promise<void> {
  const client = await connect(access, "postgres", "sportello start");
  try {
    const { rows } = await client.query<{ has_role: boolean; has_database: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS has_role,
              EXISTS (SELECT FROM pg_database WHERE datname = $2) AS has_database`,
      [SERVICE_ROLE, DATABASE_NAME],
    );
    const verb = rows[0]?.has_role ? "ALTER" : "CREATE";
    const password = client.escapeLiteral(access.service_password);
    await client.query(
      `${verb} ROLE ${SERVICE_ROLE}
         LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION
         PASSWORD ${password}`,
    );
    if (!rows[0]?.has_database) await client.query(`CREATE DATABASE ${DATABASE_NAME}`);
  } finally {
    await client.end();
  }
}

async function connect(access: DatabaseAccess, database: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: adminUrl(access, database),
    application_name: name,
    connectionTimeoutMillis: 5_000,
  });
  // A session ended by the server must not end this process; the caller sees it by "end".
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
