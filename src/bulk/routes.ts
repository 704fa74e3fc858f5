import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { stream, streamSSE } from "hono/streaming";
import type { Deps } from "../context.ts";
import { notAllowed, notFound, notSignedIn } from "../errors.ts";
import type { AppEnv } from "../http/app-env.ts";
import { problemResponses } from "../http/problem-document.ts";
import { idempotencyOf } from "../http/idempotency.ts";
import { idempotencyHeader, jsonBody, pageQuery } from "../http/request-schema.ts";
import { bearer, requireScope } from "../http/require-scope.ts";
import { createRouter } from "../http/router.ts";
import { idParams } from "../http/text-schema.ts";
import { templateNotValid } from "../messages/content/errors.ts";
import { createComposer } from "../reminders/writing/composer.ts";
import { type Control, changeState } from "./control/change-state.ts";
import { startOperation } from "./control/start-operation.ts";
import {
  cannotClose,
  notAsPreviewed,
  previewExpired,
  tooManyItems,
  wrongOperationState,
} from "./errors.ts";
import { itemOutcomes } from "./operation.ts";
import { getPreview } from "./preview/get-preview.ts";
import { previewOperation } from "./preview/preview-operation.ts";
import {
  itemPageSchema,
  bulkPreviewSchema,
  operationPageSchema,
  operationSchema,
  operationStateSchema,
  previewInputSchema,
  startInputSchema,
} from "./schema.ts";
import { endId, followOperation } from "./seen/follow-operation.ts";
import { getOperation } from "./seen/get-operation.ts";
import { listItems } from "./seen/list-items.ts";
import { listOperations } from "./seen/list-operations.ts";
import { writeReport } from "./seen/write-report.ts";
import { itemBody, operationBody, previewBody, stateBody, wishOf } from "./views.ts";

const tags = ["bulk operations"];
const json = <Schema>(schema: Schema) => ({ "application/json": { schema } });
const forAdministrators = { tags, security: bearer, middleware: requireScope("admin") };
const forStaff = { tags, security: bearer, middleware: requireScope("appointments") };
const refusedToStrangers = problemResponses(notSignedIn, notAllowed);
const refusedIds = problemResponses(notSignedIn, notAllowed, notFound);

const list = createRoute({
  method: "get",
  path: "/bulk-operations",
  operationId: "listBulkOperations",
  summary: "List operations over many appointments, the latest first",
  ...forStaff,
  request: { query: pageQuery },
  responses: {
    200: { description: "A page of operations.", content: json(operationPageSchema) },
    ...refusedToStrangers,
  },
});

const create = createRoute({
  method: "post",
  path: "/bulk-operations",
  operationId: "previewBulkOperation",
  summary: "Choose appointments to be cancelled, moved or told something, without doing it",
  description:
    "Freezes them by id and version, for an hour. Look at the preview, then start it; what changes meanwhile is left alone and listed.",
  ...forAdministrators,
  request: { headers: idempotencyHeader, body: jsonBody(previewInputSchema) },
  responses: {
    201: { description: "What is frozen.", content: json(operationSchema) },
    ...problemResponses(notSignedIn, notAllowed, templateNotValid, tooManyItems),
  },
});

const read = createRoute({
  method: "get",
  path: "/bulk-operations/{id}",
  operationId: "getBulkOperation",
  summary: "Read an operation and how far it is",
  ...forStaff,
  request: { params: idParams },
  responses: {
    200: { description: "The operation.", content: json(operationStateSchema) },
    ...refusedIds,
  },
});

const preview = createRoute({
  method: "get",
  path: "/bulk-operations/{id}/preview",
  operationId: "getBulkPreview",
  summary: "See whom an operation concerns, what it says to them and what it may cost",
  description:
    "Samples are written for real appointments by what writes the messages. Nothing is sent.",
  ...forAdministrators,
  request: { params: idParams },
  responses: {
    200: { description: "The preview.", content: json(bulkPreviewSchema) },
    ...refusedIds,
  },
});

const start = createRoute({
  method: "post",
  path: "/bulk-operations/{id}/start",
  operationId: "startBulkOperation",
  summary: "Start a previewed operation",
  description:
    "Needs what the preview showed: its digest, and the number of appointments typed again. A worker does the rest.",
  ...forAdministrators,
  request: { params: idParams, headers: idempotencyHeader, body: jsonBody(startInputSchema) },
  responses: {
    202: { description: "It is started.", content: json(operationStateSchema) },
    ...problemResponses(
      notSignedIn,
      notAllowed,
      notFound,
      previewExpired,
      notAsPreviewed,
      wrongOperationState,
      cannotClose,
    ),
  },
});

function control<Name extends Control>(name: Name, summary: string) {
  return createRoute({
    method: "post",
    path: `/bulk-operations/{id}/${name}`,
    operationId: `${name}BulkOperation`,
    summary,
    ...forAdministrators,
    request: { params: idParams },
    responses: {
      200: { description: "As it is now.", content: json(operationStateSchema) },
      ...problemResponses(notSignedIn, notAllowed, notFound, wrongOperationState),
    },
  });
}

const pause = control("pause", "Pause an operation; what is done stays done");
const resume = control("resume", "Let a paused operation go on");
const abort = control("abort", "End an operation; what is not done is left as it is");

const items = createRoute({
  method: "get",
  path: "/bulk-operations/{id}/items",
  operationId: "listBulkItems",
  summary: "List the appointments of an operation with what came of each and who was told how",
  ...forStaff,
  request: {
    params: idParams,
    query: pageQuery.extend({ outcome: z.enum([...itemOutcomes, "pending"]).optional() }),
  },
  responses: {
    200: { description: "A page of items.", content: json(itemPageSchema) },
    ...refusedIds,
  },
});

const report = createRoute({
  method: "get",
  path: "/bulk-operations/{id}/report.csv",
  operationId: "getBulkReport",
  summary: "Get the report of an operation as a table",
  description: "One line per appointment; no names or contacts.",
  ...forStaff,
  request: { params: idParams },
  responses: {
    200: { description: "RFC 4180, UTF-8.", content: { "text/csv": { schema: z.string() } } },
    ...refusedIds,
  },
});

const events = createRoute({
  method: "get",
  path: "/bulk-operations/{id}/events",
  operationId: "followBulkOperation",
  summary: "Follow an operation as server-sent events",
  description:
    "`progress` events as it gets on and one `end` event; the data are those of `BulkProgress`. 100 % comes once. With `Last-Event-ID` it goes on after that event; after `end` the answer is 204. A stream ends after 25 seconds: come back.",
  ...forStaff,
  request: {
    params: idParams,
    headers: z.object({ "last-event-id": z.string().max(80).optional() }),
  },
  responses: {
    200: { description: "The events.", content: { "text/event-stream": { schema: z.string() } } },
    204: { description: "It has ended, and you know it." },
    ...refusedIds,
  },
});

/** What the routes use beside the dependencies. */
export interface BulkTools {
  readonly publicUrl: string;
}

/** Routes of operations over many appointments. */
export function bulkRoutes(deps: Deps, tools: BulkTools): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  mountPreviews(routes, deps, tools);
  mountControls(routes, deps);
  mountViews(routes, deps);
  mountStreams(routes, deps);
  return routes;
}

function mountPreviews(routes: OpenAPIHono<AppEnv>, deps: Deps, { publicUrl }: BulkTools): void {
  const onFault = (): void => undefined;
  const compose = createComposer({ vault: deps.vault, publicUrl, onFault });
  routes.openapi(create, async (c) => {
    const input = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    const wish = {
      ...wishOf(input),
      idempotency: idempotencyOf(key, "POST /v1/{tenant}/bulk-operations", input),
    };
    return c.json(operationBody(await previewOperation(deps, c.get("context"), wish)), 201);
  });
  routes.openapi(preview, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(previewBody(await getPreview({ ...deps, compose }, c.get("context"), id)), 200);
  });
}

function mountControls(routes: OpenAPIHono<AppEnv>, deps: Deps): void {
  routes.openapi(start, async (c) => {
    const { id } = c.req.valid("param");
    const input = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    const wish = {
      id,
      digest: input.digest,
      count: input.count,
      freedCapacity: input.freed_capacity,
      waitlistMinutes: input.waitlist_minutes,
      idempotency: idempotencyOf(key, "POST /v1/{tenant}/bulk-operations/{id}/start", {
        id,
        ...input,
      }),
    };
    return c.json(stateBody(await startOperation(deps, c.get("context"), wish)), 202);
  });
  routes.openapi(pause, async (c) => {
    const wish = { id: c.req.valid("param").id, control: "pause" } as const;
    return c.json(stateBody(await changeState(deps, c.get("context"), wish)), 200);
  });
  routes.openapi(resume, async (c) => {
    const wish = { id: c.req.valid("param").id, control: "resume" } as const;
    return c.json(stateBody(await changeState(deps, c.get("context"), wish)), 200);
  });
  routes.openapi(abort, async (c) => {
    const wish = { id: c.req.valid("param").id, control: "abort" } as const;
    return c.json(stateBody(await changeState(deps, c.get("context"), wish)), 200);
  });
}

function mountViews(routes: OpenAPIHono<AppEnv>, deps: Deps): void {
  routes.openapi(list, async (c) => {
    const found = await listOperations(deps, c.get("context"), c.req.valid("query"));
    return c.json({ items: found.items.map(operationBody), next_cursor: found.nextCursor }, 200);
  });
  routes.openapi(read, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(stateBody(await getOperation(deps, c.get("context"), id)), 200);
  });
  routes.openapi(items, async (c) => {
    const wish = { ...c.req.valid("query"), ...c.req.valid("param") };
    const found = await listItems(deps, c.get("context"), wish);
    return c.json({ items: found.items.map(itemBody), next_cursor: found.nextCursor }, 200);
  });
}

function mountStreams(routes: OpenAPIHono<AppEnv>, deps: Deps): void {
  routes.openapi(report, async (c) => {
    const lines = await writeReport(deps, c.get("context"), c.req.valid("param").id);
    c.header("Content-Type", "text/csv; charset=utf-8");
    c.header("Content-Disposition", 'attachment; filename="report.csv"');
    return stream(c, async (out) => {
      for await (const piece of lines) {
        if (out.aborted) return;
        await out.write(piece);
      }
    });
  });
  routes.openapi(events, async (c) => {
    const lastEventId = c.req.valid("header")["last-event-id"];
    const { id } = c.req.valid("param");
    const gone = new AbortController();
    const wish = { id, lastEventId, signal: gone.signal };
    const happened = await followOperation(deps, c.get("context"), wish);
    if (lastEventId === endId) return c.body(null, 204);
    return streamSSE(c, async (out) => {
      out.onAbort(() => gone.abort());
      for await (const event of happened) {
        await out.writeSSE({
          id: event.id,
          event: event.name,
          data: JSON.stringify(event.data),
          retry: 1_000,
        });
      }
    });
  });
}
