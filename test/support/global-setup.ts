import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findPostmaster } from "../../src/db/embedded/postmaster-pid.ts";
import { startEmbeddedPostgres } from "../../src/db/embedded-postgres.ts";
import { migrate } from "../../src/db/migrate.ts";
import { startOtherPostgres, type TestCluster } from "./other-postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser's address of the template database. */
    templateAdminUrl: string;
    /** The service role's address of the template database. */
    templateServiceUrl: string;
  }
}

const FOLDER_NAME = /^sportello-(?:test|lifecycle)-(\d+)-/;
const log = { info: () => undefined, warn: console.warn, error: console.error };

/**
 * Starts one throw-away cluster for the whole run and migrates the template that every test database is
 * cloned from. Not crash-safe (fsync off): tests that kill servers start their own durable one.
 * It is stopped and deleted at the end; what a killed run left is removed by the next one.
 * `TEST_POSTGRES_BIN` names a folder with the programs of another PostgreSQL, 15 or newer.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandonedClusters();
  const dataDir = await mkdtemp(join(tmpdir(), `sportello-test-${process.pid}-`));
  // After Ctrl-C vitest ends without the teardown; the cluster stops itself when this process exits.
  const removeAtExit = (): void => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  process.once("exit", removeAtExit);
  let cluster: TestCluster | undefined;
  const tearDown = async (): Promise<void> => {
    process.off("exit", removeAtExit);
    await cluster?.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const otherBinaries = process.env["TEST_POSTGRES_BIN"];
    cluster = otherBinaries
      ? await startOtherPostgres(otherBinaries, dataDir)
      : await startEmbeddedPostgres({ dataDir, log, isDurable: false });
    await migrate({ adminUrl: cluster.adminUrl, log });
    project.provide("templateAdminUrl", cluster.adminUrl);
    project.provide("templateServiceUrl", cluster.serviceUrl());
    return tearDown;
  } catch (error) {
    await tearDown();
    throw error;
  }
}

async function removeAbandonedClusters(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = FOLDER_NAME.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const dataDir = join(tmpdir(), name);
    const server = await findPostmaster(join(dataDir, "postgres", "data"));
    if (server) process.kill(server.pid, "SIGQUIT");
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
