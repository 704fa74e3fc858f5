import { choosePort } from "./choose-port.ts";
import { atPort, type Config, loadConfig } from "./config.ts";
import { claimSecretKeys } from "./db/claim-secret-keys.ts";
import { type DemoLogin, keepDemoLogins } from "./imports/keep-demo-logins.ts";
import { openMessaging } from "./messaging.ts";
import { createBookedPlanner } from "./reminders/planning/plan-booked.ts";
import { type ProcessLife, runProcess } from "./run-process.ts";
import { startServer } from "./server.ts";
import { prepareDatabase, startDatabase } from "./start-database.ts";
import { openDeps } from "./start-part.ts";
import { createLogger } from "./telemetry/logger.ts";
import { readVersion } from "./version.ts";
import { startWorker } from "./worker.ts";

/** Starts everything in one process: `npm start`. The port is tried first, before anything is changed. */
async function startAll(life: ProcessLife): Promise<void> {
  const wanted = loadConfig();
  const log = createLogger({ level: wanted.logLevel, role: "all", version: readVersion() });
  life.useLog(log);
  const config = atPort(wanted, await choosePort(wanted.host, wanted.port));
  life.throwIfStopping();
  const database = await startDatabase(config, log, life);
  life.throwIfStopping();
  await prepareDatabase(database.adminUrl, log);
  life.throwIfStopping();
  const { url: databaseUrl, secretKeys } = database;
  await claimSecretKeys(databaseUrl, secretKeys);
  const deps = await openDeps(config, life, { databaseUrl, secretKeys, role: "all" });
  life.throwIfStopping();
  const logins = database.isEmbedded
    ? await keepDemoLogins({ ...deps, db: deps.workDb }, config.dataDir)
    : [];
  life.throwIfStopping();
  const messaging = await openMessaging(deps, config, life);
  startWorker(deps, { databaseUrl, messaging }, life);
  const planner = createBookedPlanner({
    ...messaging.planning,
    db: deps.db,
    onFault: (err) => deps.log.error({ err }, "messages of bookings are left to the worker"),
  });
  await startServer(deps, { config, planner }, life);
  console.log(describeStart(config, logins));
}

function describeStart(
  { publicUrl, dataDir, database }: Config,
  logins: readonly DemoLogin[],
): string {
  const data = database ? "the database of DATABASE_URL" : dataDir;
  const demos = logins.map(
    ({ slug, name, adminKey }) => `
  ${name}
    API          ${publicUrl}/v1/${slug}
    Administer   ${publicUrl}/en/${slug}/admin
    Admin key    ${adminKey}
`,
  );
  return `
Sportello is ready.

  Pages          ${publicUrl}/
  API reference  ${publicUrl}/docs${database ? "" : `\n  Mailbox        ${publicUrl}/dev/mailbox`}
  Data           ${data}
${demos.join("")}
Ctrl-C stops it.
`;
}

await runProcess(startAll);
