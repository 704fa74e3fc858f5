import { v7 as uuidv7 } from "uuid";
import { runOperation } from "../../src/bulk/run/run-operation.ts";
import {
  bulkPreviewSchema,
  itemPageSchema,
  operationSchema,
  operationStateSchema,
} from "../../src/bulk/schema.ts";
import {
  createMessageWorld,
  type MessageWorld,
  type MessageWorldOptions,
} from "../messages/message-world.ts";
import type { ApiAnswer } from "../support/test-app.ts";

const never = new AbortController().signal;

/** An administration in which operations are previewed, started and run step by step. */
export interface BulkWorld extends MessageWorld {
  /** Previews an operation over one day unless said otherwise; the answer as it is. */
  readonly preview: (body: object) => Promise<ApiAnswer>;
  /** Previews and starts; the id of the operation. */
  readonly start: (body: object, choices?: object) => Promise<string>;
  /** Runs an operation as its job does. */
  readonly run: (id: string) => Promise<void>;
  readonly stateOf: (id: string) => Promise<ReturnType<typeof operationStateSchema.parse>>;
  readonly itemsOf: (id: string) => Promise<ReturnType<typeof itemPageSchema.parse>["items"]>;
}

/** Starts a world. `afterAll(() => world.close())`. */
export async function createBulkWorld(options: MessageWorldOptions): Promise<BulkWorld> {
  const world = await createMessageWorld(options);
  const { app, planning } = world;
  const key = app.adminKey;
  const preview = (body: object): Promise<ApiAnswer> =>
    app.api("POST", "/bulk-operations", { key, body });
  const runDeps = { ...app.deps, planning };
  return {
    ...world,
    preview,
    start: async (body, choices = {}) => {
      const { id } = (await preview(body)).as(operationSchema);
      const seen = await app.api("GET", `/bulk-operations/${id}/preview`, { key });
      const { digest, operation } = seen.as(bulkPreviewSchema);
      const answer = await app.api("POST", `/bulk-operations/${id}/start`, {
        key,
        body: { digest, count: operation.items, ...choices },
        headers: { "Idempotency-Key": `start-${uuidv7()}` },
      });
      if (answer.status !== 202) throw new Error(answer.text);
      return id;
    },
    run: (operationId) => runOperation(runDeps, { tenantId: app.tenant.id, operationId }, never),
    stateOf: async (id) =>
      (await app.api("GET", `/bulk-operations/${id}`, { key })).as(operationStateSchema),
    itemsOf: async (id) =>
      (await app.api("GET", `/bulk-operations/${id}/items?limit=200`, { key })).as(itemPageSchema)
        .items,
  };
}

/** A filter of the day on which something starts, in the zone of the tests' site. */
export function dayOf(start: Date): { from: string; to: string } {
  const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Rome" }).format(start);
  return { from: day, to: day };
}
