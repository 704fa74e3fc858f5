import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { MessagePlanner } from "./appointments/batch/booked-visit.ts";
import { createApp } from "./app.ts";
import { listenFailure } from "./choose-port.ts";
import type { Config } from "./config.ts";
import type { AppDeps } from "./deps.ts";
import { createFrontAnswers } from "./http/front-answers.ts";
import { createNodeServer } from "./http/node-server.ts";
import { type Doors, openDoors } from "./http/open-doors.ts";
import { recordReceipts } from "./messages/receipts/record-receipts.ts";
import type { ReceiptSink } from "./messages/transports/transport.ts";
import { readCallbackKeys } from "./open-providers.ts";
import { type ProcessLife, runProcess, type StopManner } from "./run-process.ts";
import { startPart } from "./start-part.ts";

/** Longest wait for requests under way; longer than any of them may take. */
const DRAIN_MS = 11_000;

/** What a server is given besides its dependencies. */
export interface ServerParts {
  readonly config: Config;
  /** Where the same process also sends messages, and so knows by which channels. */
  readonly planner?: MessagePlanner;
}

/**
 * Serves HTTP until the end of `life`. The stop is graceful: readiness goes off and replies say
 * `Connection: close`, after the configured delay nothing new is accepted, requests under way are finished.
 * Throws StartError when the port cannot be opened.
 */
export async function startServer(
  deps: AppDeps,
  { config, planner }: ServerParts,
  life: ProcessLife,
): Promise<void> {
  let isDraining = false;
  const { publicUrl, host, port } = config;
  const callbackKeys = await readCallbackKeys(config.messages, publicUrl);
  const onReceipts: ReceiptSink = (receipts) => recordReceipts(deps, receipts);
  const front = createFrontAnswers({ metrics: deps.metrics, isDraining: () => isDraining });
  const app = createApp(deps, {
    publicUrl,
    callbacks: { ...callbackKeys, onReceipts },
    isDraining: () => isDraining,
    hasMailbox: config.database === undefined,
    front,
    planner,
  });
  const server = createNodeServer(app, { publicUrl, front, metrics: deps.metrics });
  const doors = await openDoors(server, { host, port }).catch((error: unknown) => {
    throw listenFailure(error, host, port);
  });
  life.onStop(async (manner) => {
    isDraining = true;
    if (!manner.isHurried && !manner.isInteractive) await sleep(config.stopDelayMs);
    await stopServer(server, doors, manner);
  });
}

async function stopServer(server: Server, doors: Doors, manner: StopManner): Promise<void> {
  const closed = doors.close();
  server.closeIdleConnections();
  const limit = AbortSignal.timeout(manner.isHurried ? 0 : DRAIN_MS);
  limit.addEventListener("abort", () => server.closeAllConnections());
  await closed;
}

if (import.meta.main) {
  await runProcess(async (life) => {
    const { deps, config } = await startPart("server", life);
    await startServer(deps, { config }, life);
    deps.log.info({ host: config.host, port: config.port }, "serving");
  });
}
