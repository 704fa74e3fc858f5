import { setTimeout as delay } from "node:timers/promises";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Database } from "../db/database.ts";
import { DomainError, tryAgainLater } from "../errors.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { AppEnv } from "./app-env.ts";
import { problemResponsesOnly } from "./problem-document.ts";
import { malformedRequest } from "./problem-types.ts";
import { ping } from "./queries.ts";
import { createRouter } from "./router.ts";

export interface OperationsOptions {
  readonly db: Pick<Database, "inSystem">;
  readonly metrics: Pick<Metrics, "render">;
  /** Whether this process is about to stop, so that no new work should be sent to it. */
  readonly isDraining: () => boolean;
}

const statusSchema = z.strictObject({ status: z.literal("ok") }).openapi("Status");
const okBody = { "application/json": { schema: statusSchema } };

const livez = createRoute({
  method: "get",
  path: "/livez",
  operationId: "isAlive",
  tags: ["operation"],
  summary: "Whether the process answers at all",
  security: [],
  responses: {
    200: { description: "It does.", content: okBody },
    ...problemResponsesOnly(malformedRequest),
  },
});

const readyz = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "isReady",
  tags: ["operation"],
  summary:
    "Whether requests should be sent here: the database answers and the process is not stopping",
  security: [],
  responses: {
    200: { description: "Ready.", content: okBody },
    ...problemResponsesOnly(malformedRequest, tryAgainLater),
  },
});

const metricsRoute = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "readMetrics",
  tags: ["operation"],
  summary: "Figures for Prometheus, without personal data",
  description:
    "On the same port as everything else: let the proxy in front keep it to the monitoring network.",
  security: [],
  responses: {
    200: {
      description: "In Prometheus' text format.",
      content: { "text/plain": { schema: z.string() } },
    },
    ...problemResponsesOnly(malformedRequest),
  },
});

/** Routes for those who run the service. They are answered even when requests are being shed. */
export function operationsRoutes({
  db,
  metrics,
  isDraining,
}: OperationsOptions): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(livez, (c) => c.json({ status: "ok" as const }, 200));
  routes.openapi(readyz, async (c) => {
    if (isDraining()) throw new DomainError(tryAgainLater, "This process is stopping.");
    await pingInTime(db);
    return c.json({ status: "ok" as const }, 200);
  });
  routes.openapi(metricsRoute, async (c) => {
    const { contentType, body } = await metrics.render();
    return c.text(body, 200, { "Content-Type": contentType });
  });
  return routes;
}

const pingMs = 1_000;

async function pingInTime(db: OperationsOptions["db"]): Promise<void> {
  const signal = AbortSignal.timeout(pingMs);
  const answered = db.inSystem(ping, { isReadOnly: true, signal });
  const late = delay(pingMs, "late" as const, { ref: false });
  const outcome = await Promise.race([answered.then(() => "ok", asFault), late]);
  if (outcome === "ok") return;
  throw new DomainError(tryAgainLater, "The database does not answer.", { cause: outcome });
}

function asFault(error: unknown): unknown {
  return error;
}
