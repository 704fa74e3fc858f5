import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createApp } from "./app.ts";
import { listenFailure } from "./choose-port.ts";
import type { Config } from "./config.ts";
import type { AppDeps } from "./deps.ts";
import { createFrontAnswers } from "./http/front-answers.ts";
import { createNodeServer } from "./http/node-server.ts";
import { recordReceipts } from "./messages/receipts/record-receipts.ts";
import type { ReceiptSink } from "./messages/transports/transport.ts";
import { readCallbackKeys } from "./open-providers.ts";
import { type ProcessLife, runProcess, type StopManner } from "./run-process.ts";
import { startPart } from "./start-part.ts";

/** Longest wait for requests under way; longer than any of them may take. */
const DRAIN_MS = 11_000;

/**
 * Connections that may wait to be accepted (the system may allow fewer). With Node's own 511, a crowd that comes in one
 * moment lost some of its greetings, and those who had to repeat theirs waited for up to 15 s.
 */
const backlogMax = 4_096;

/**
 * Serves HTTP until the end of `life`. The stop is graceful: readiness goes off and replies say
 * `Connection: close`, after the configured delay nothing new is accepted, requests under way are finished.
 * Throws StartError when the port cannot be opened.
 */
export async function startServer(deps: AppDeps, config: Config, life: ProcessLife): Promise<void> {
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
  });
  const server = createNodeServer(app, { publicUrl, front, metrics: deps.metrics });
  await listen(server, host, port);
  life.onStop(async (manner) => {
    isDraining = true;
    await stopServer(server, manner, config.stopDelayMs);
  });
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(listenFailure(error, host, port)));
    server.listen({ host, port, backlog: backlogMax }, resolve);
  });
  server.removeAllListeners("error");
}

async function stopServer(server: Server, manner: StopManner, delayMs: number): Promise<void> {
  if (!manner.isHurried && !manner.isInteractive) await sleep(delayMs);
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const limit = AbortSignal.timeout(manner.isHurried ? 0 : DRAIN_MS);
  limit.addEventListener("abort", () => server.closeAllConnections());
  await closed;
}

if (import.meta.main) {
  await runProcess(async (life) => {
    const { deps, config } = await startPart("server", life);
    await startServer(deps, config, life);
    deps.log.info({ host: config.host, port: config.port }, "serving");
  });
}
