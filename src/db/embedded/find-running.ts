import { join } from "node:path";
import { loadAccess } from "./credentials.ts";
import { findPostmaster } from "./postmaster-pid.ts";
import { adminUrl, DATABASE_NAME, serviceUrl } from "./queries.ts";

/**
 * The addresses of the embedded database that another process of this machine runs on `dataDir`; undefined when none
 * runs. Throws StartError when its passwords are lost.
 */
export async function findRunningPostgres(
  dataDir: string,
): Promise<{ url: string; adminUrl: string } | undefined> {
  const server = await findPostmaster(join(dataDir, "postgres", "data"));
  if (!server?.isReady) return undefined;
  const access = { ...(await loadAccess(dataDir, false)), port: server.port };
  return { url: serviceUrl(access, DATABASE_NAME), adminUrl: adminUrl(access, DATABASE_NAME) };
}
