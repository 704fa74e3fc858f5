import { spawn } from "node:child_process";
import { access, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StartError, systemErrorCode } from "../../start-error.ts";
import { EMBEDDED_POSTGRES_MAJOR } from "./binaries.ts";
import { ADMIN_ROLE, type DatabaseAccess } from "./credentials.ts";
import { findCommand } from "./processes.ts";
import { PROGRAM_ENVIRONMENT, type Runner, giveToOwner, makePrivateDir } from "./run-as.ts";

/**
 * Creates the data folder `homeDir`/data. initdb works in a folder of its own that is renamed at the end:
 * a start killed in the middle leaves no half-made data folder, and of two first starts at once one wins.
 * `isDurable` false skips the flush to disk, for tests only.
 */
export async function initCluster(
  runner: Runner,
  homeDir: string,
  options: { databaseAccess: DatabaseAccess; isDurable: boolean },
): Promise<void> {
  const draftDir = join(homeDir, `init-${process.pid}`);
  await makePrivateDir(draftDir);
  await writeFile(join(draftDir, "password"), options.databaseAccess.admin_password, {
    mode: 0o600,
  });
  await giveToOwner(runner.runAs, draftDir);
  try {
    await runInitdb(runner, draftDir, options.isDurable);
    await rename(join(draftDir, "data"), join(homeDir, "data"));
  } catch (error) {
    if (systemErrorCode(error) !== "ENOTEMPTY" && systemErrorCode(error) !== "EEXIST") throw error;
  } finally {
    await rm(draftDir, { recursive: true, force: true });
  }
}

/** Whether `homeDir` holds a data folder. */
export async function hasCluster(homeDir: string): Promise<boolean> {
  return access(join(homeDir, "data")).then(
    () => true,
    () => false,
  );
}

/** Throws StartError when the data folder belongs to another major version of PostgreSQL. */
export async function checkClusterVersion(homeDir: string): Promise<void> {
  const version = (
    await readFile(join(homeDir, "data", "PG_VERSION"), "utf8").catch(() => "an unknown version")
  ).trim();
  if (version === EMBEDDED_POSTGRES_MAJOR) return;
  throw new StartError(
    `The database in ${homeDir} was made by PostgreSQL ${version}, and this release brings PostgreSQL ` +
      `${EMBEDDED_POSTGRES_MAJOR}. Dump it with the release that made it and restore the dump, or choose another DATA_DIR.`,
  );
}

/** Deletes what starts that were killed while they made the data folder left behind. */
export async function removeDrafts(homeDir: string): Promise<void> {
  for (const name of await readdir(homeDir)) {
    const pid = /^init-(\d+)$/.exec(name)?.[1];
    if (pid === undefined) continue;
    // In a container the next process often has the number of the one before.
    const isMine = Number(pid) === process.pid;
    if (!isMine && (await findCommand(Number(pid))) !== undefined) continue;
    await rm(join(homeDir, name), { recursive: true, force: true });
  }
}

async function runInitdb(
  { runAs, binaries }: Runner,
  draftDir: string,
  isDurable: boolean,
): Promise<void> {
  const words = [
    ...runAs.prefix,
    binaries.initdb,
    ...initdbArguments(draftDir),
    ...(isDurable ? [] : ["--no-sync"]),
  ];
  const [file = "", ...args] = words;
  const child = spawn(file, args, {
    ...runAs.ids,
    cwd: "/",
    env: PROGRAM_ENVIRONMENT,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  let errorText = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errorText += chunk.toString("utf8");
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code === 0) return;
  throw new StartError(
    `The embedded PostgreSQL could not create its data folder in ${draftDir}: ${errorText.trim()} ` +
      "Correct that, choose another DATA_DIR, or set DATABASE_URL to a server you run.",
  );
}

function initdbArguments(draftDir: string): string[] {
  return [
    `--pgdata=${join(draftDir, "data")}`,
    `--pwfile=${join(draftDir, "password")}`,
    `--username=${ADMIN_ROLE}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // The builtin provider sorts and folds the same on every machine; the C library's does not.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    // Written to postgresql.conf, where an operator may change them.
    "--set=shared_buffers=128MB",
    "--set=max_connections=100",
  ];
}
