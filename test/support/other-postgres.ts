import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { EmbeddedPostgres } from "../../src/db/embedded-postgres.ts";
import { ADMIN_ROLE, type DatabaseAccess, loadAccess } from "../../src/db/embedded/credentials.ts";
import { hasEnded, startPostmaster, stopPostmaster } from "../../src/db/embedded/postmaster.ts";
import {
  adminUrl,
  DATABASE_NAME,
  prepareDatabase,
  serviceUrl,
} from "../../src/db/embedded/queries.ts";
import {
  chooseRunner,
  giveToOwner,
  makePrivateDir,
  PROGRAM_ENVIRONMENT,
  type Runner,
} from "../../src/db/embedded/run-as.ts";

const run = promisify(execFile);

/** A throw-away cluster, as the test database needs it. */
export type TestCluster = Pick<EmbeddedPostgres, "adminUrl" | "serviceUrl" | "stop">;

/**
 * Starts a throw-away cluster of the PostgreSQL whose programs are in `binDir`, such as
 * `/usr/lib/postgresql/15/bin`, to run the suite on another release than the one that is brought along.
 */
export async function startOtherPostgres(binDir: string, dataDir: string): Promise<TestCluster> {
  const homeDir = join(dataDir, "postgres");
  await makePrivateDir(homeDir);
  const binaries = {
    nativeDir: dirname(binDir),
    initdb: join(binDir, "initdb"),
    postgres: join(binDir, "postgres"),
  };
  const runner = await chooseRunner(binaries, homeDir);
  const access = await loadAccess(dataDir, true);
  await initCluster(runner, homeDir, access);
  const server = await startPostmaster({
    runner,
    pgData: join(homeDir, "data"),
    logFile: join(dataDir, "postgres.log"),
    port: access.port,
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off" },
  });
  if ("reason" in server) throw new Error(`${binaries.postgres} did not start: ${server.text}`);
  const stopAtExit = (): void => void (hasEnded(server) || server.kill("SIGQUIT"));
  process.once("exit", stopAtExit);
  await prepareDatabase(access);
  return {
    adminUrl: adminUrl(access, DATABASE_NAME),
    serviceUrl: (database = DATABASE_NAME) => serviceUrl(access, database),
    stop: async () => {
      process.off("exit", stopAtExit);
      await stopPostmaster(server);
    },
  };
}

async function initCluster(
  { runAs, binaries }: Runner,
  homeDir: string,
  access: DatabaseAccess,
): Promise<void> {
  const passwordFile = join(homeDir, "password");
  await writeFile(passwordFile, access.admin_password, { mode: 0o600 });
  await giveToOwner(runAs, homeDir);
  const words = [
    ...runAs.prefix,
    binaries.initdb,
    `--pgdata=${join(homeDir, "data")}`,
    `--pwfile=${passwordFile}`,
    `--username=${ADMIN_ROLE}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
  ];
  const [file = "", ...args] = words;
  await run(file, args, { ...runAs.ids, cwd: "/", env: PROGRAM_ENVIRONMENT });
}
