import { access as checkAccess, constants, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { DatabaseLog } from "./database-log.ts";
import { StartError, errorMessage } from "../start-error.ts";
import { locateBinaries } from "./embedded/binaries.ts";
import { type DatabaseAccess, loadAccess } from "./embedded/credentials.ts";
import {
  checkClusterVersion,
  hasCluster,
  initCluster,
  removeDrafts,
} from "./embedded/init-cluster.ts";
import { stopOrphan } from "./embedded/orphan.ts";
import { DATABASE_NAME, adminUrl, prepareDatabase, serviceUrl } from "./embedded/queries.ts";
import { type Runner, chooseRunner, giveToOwner, makePrivateDir } from "./embedded/run-as.ts";
import { oneStartAtATime } from "./embedded/start-lock.ts";
import { Supervisor } from "./embedded/supervise.ts";

/** Options of the embedded database. */
export type EmbeddedOptions = {
  /** Folder for the data, the passwords and the log; made when missing. Relative to the working directory. */
  dataDir: string;
  log: DatabaseLog;
  /** False gives up crash safety for speed: for throw-away test clusters only. Default true. */
  isDurable?: boolean;
};

/** A running embedded PostgreSQL that this process owns. */
export type EmbeddedPostgres = {
  /** Superuser's address of the `sportello` database: for migrations only. */
  adminUrl: string;
  /** Restricted login role's address, of the `sportello` database unless another is named. */
  serviceUrl: (database?: string) => string;
  /** TCP port on 127.0.0.1, remembered in the data folder. */
  port: number;
  /** Ends all sessions and stops the server cleanly; close the pools first. May be repeated. */
  stop: () => Promise<void>;
  /** Calls back once when the server is gone for good: it died and could not be started again. */
  onExit: (listener: (error: Error) => void) => void;
};

const NOT_DURABLE = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

/**
 * Starts PostgreSQL 18 on `dataDir`, creating the cluster, the service role and the database the first time.
 * A server left over by a killed process is stopped cleanly first; a crashed one recovers. A server that dies
 * later is started again on the same port, at most 5 times a minute. Throws StartError with what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir, homeDir } = await prepareFolders(options.dataDir);
  const runner = await chooseRunner(await locateBinaries(), homeDir);
  return oneStartAtATime(homeDir, () => startAlone(options, { dataDir, homeDir, runner }));
}

async function startAlone(
  { isDurable = true, log }: EmbeddedOptions,
  { dataDir, homeDir, runner }: { dataDir: string; homeDir: string; runner: Runner },
): Promise<EmbeddedPostgres> {
  await removeDrafts(homeDir);
  const isNew = !(await hasCluster(homeDir));
  const access = await loadAccess(dataDir, isNew);
  const pgData = join(homeDir, "data");
  if (isNew) await initCluster(runner, homeDir, { databaseAccess: access, isDurable });
  await checkClusterVersion(homeDir);
  if (await stopOrphan(dataDir, pgData, access))
    log.warn({}, "stopped a database left by a killed process");
  await giveToOwner(runner.runAs, pgData);
  log.info({ outcome: runner.runAs.kind }, "starting the embedded database");
  const supervisor = new Supervisor({
    dataDir,
    homeDir,
    access,
    postmaster: {
      runner,
      pgData,
      logFile: join(dataDir, "postgres.log"),
      settings: isDurable ? {} : NOT_DURABLE,
    },
    log,
  });
  return finishStart(supervisor);
}

async function finishStart(supervisor: Supervisor): Promise<EmbeddedPostgres> {
  try {
    await supervisor.start();
    await prepareDatabase(supervisor.access);
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return describe(supervisor, supervisor.access);
}

function describe(supervisor: Supervisor, access: DatabaseAccess): EmbeddedPostgres {
  return {
    adminUrl: adminUrl(access, DATABASE_NAME),
    serviceUrl: (database = DATABASE_NAME) => serviceUrl(access, database),
    port: access.port,
    stop: () => supervisor.stop(),
    onExit: (listener) => supervisor.onExit(listener),
  };
}

async function prepareFolders(wanted: string): Promise<{ dataDir: string; homeDir: string }> {
  try {
    await makePrivateDir(join(wanted, "postgres"));
    const dataDir = await realpath(wanted);
    await checkAccess(dataDir, constants.W_OK | constants.X_OK);
    return { dataDir, homeDir: join(dataDir, "postgres") };
  } catch (error) {
    throw new StartError(
      `The data folder ${resolve(wanted)} cannot be written (${errorMessage(error)}). ` +
        "Choose another with DATA_DIR=/path/to/folder npm start, or make it writable for this user.",
    );
  }
}
