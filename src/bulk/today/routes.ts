import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { limitReached, notBookedAnyMore, tooLateToChange } from "../../appointments/errors.ts";
import { getAppointment } from "../../appointments/get-appointment.ts";
import { appointmentSchema } from "../../appointments/schema.ts";
import type { Deps } from "../../context.ts";
import { conflictingChange, DomainError, notAllowed, notFound, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { idempotencyKeyReused, idempotencyOf, requestInProgress } from "../../http/idempotency.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { idempotencyHeader, jsonBody, pageQuery, queryBoolean } from "../../http/request-schema.ts";
import { bearer, openToAll, requireScope, requireTokenOrScope } from "../../http/require-scope.ts";
import { createRouter } from "../../http/router.ts";
import { idParams } from "../../http/text-schema.ts";
import { nameParams } from "../../catalog/operations.ts";
import { templateNotValid } from "../../messages/content/errors.ts";
import { createComposer } from "../../reminders/writing/composer.ts";
import { proposalTooLarge } from "../../scheduling/proposals/errors.ts";
import { slotProblems } from "../../slots/errors.ts";
import {
  noRoomToWait,
  notAsPreviewed,
  nothingToChoose,
  previewExpired,
  wrongOperationState,
} from "../errors.ts";
import { getUrgentClosure } from "./get-urgent-closure.ts";
import { liftUrgentClosure } from "./lift-urgent-closure.ts";
import { listNoticesOfSite } from "./list-notices.ts";
import { listUrgentClosures } from "./list-urgent-closures.ts";
import { findOwnClosure } from "./own-closure.ts";
import { previewUrgentClosure } from "./preview-urgent-closure.ts";
import {
  noticesSchema,
  previewUrgentSchema,
  startUrgentSchema,
  urgentChoiceSchema,
  urgentOptionsSchema,
  urgentPageSchema,
  urgentPreviewSchema,
  urgentStateSchema,
} from "./schema.ts";
import { startUrgentClosure } from "./start-urgent-closure.ts";
import { chooseAfterClosure, type UrgentChoice } from "./urgent-choice.ts";
import {
  noticesBody,
  optionsBody,
  urgentBody,
  urgentPreviewBody,
  urgentStateBody,
} from "./views.ts";

const tags = ["urgent closures"];
const json = <Schema>(schema: Schema) => ({ "application/json": { schema } });
const forSchedulers = { tags, security: bearer, middleware: requireScope("schedule") };
const forClerks = { tags, security: bearer, middleware: requireScope("appointments") };
const forHolders = { tags, security: bearer, middleware: requireTokenOrScope("appointments") };

const preview = createRoute({
  method: "post",
  path: "/urgent-closures",
  operationId: "previewUrgentClosure",
  summary: "See whom it hits to close something today, without doing it",
  description:
    "A site, some of its resources, or a service at it, until a time of today or for its rest. Nothing changes; the preview can be started for a quarter of an hour.",
  ...forSchedulers,
  request: { body: jsonBody(previewUrgentSchema) },
  responses: {
    201: { description: "Whom it hits.", content: json(urgentPreviewSchema) },
    ...problemResponses(notSignedIn, notAllowed, templateNotValid, proposalTooLarge),
  },
});

const start = createRoute({
  method: "post",
  path: "/urgent-closures/{id}/start",
  operationId: "startUrgentClosure",
  summary: "Close at once and tell everybody concerned",
  description:
    "In one transaction; started twice it happens once. Who booked since the preview is told too; the answer has the numbers as they are.",
  ...forSchedulers,
  request: { params: idParams, body: jsonBody(startUrgentSchema) },
  responses: {
    200: { description: "It is closed.", content: json(urgentStateSchema) },
    ...problemResponses(
      notSignedIn,
      notAllowed,
      notFound,
      previewExpired,
      notAsPreviewed,
      proposalTooLarge,
    ),
  },
});

const lift = createRoute({
  method: "post",
  path: "/urgent-closures/{id}/lift",
  operationId: "liftUrgentClosure",
  summary: "Open again before the time",
  description:
    "Places go back to the oldest conflicts first; who was told and still has the old time is told that it holds.",
  ...forSchedulers,
  request: { params: idParams },
  responses: {
    200: { description: "It is open.", content: json(urgentStateSchema) },
    ...problemResponses(notSignedIn, notAllowed, notFound, wrongOperationState),
  },
});

const list = createRoute({
  method: "get",
  path: "/urgent-closures",
  operationId: "listUrgentClosures",
  summary: "List urgent closures, the latest first",
  ...forClerks,
  request: {
    query: pageQuery.extend({
      is_running: queryBoolean.optional().openapi({ description: "Only those that last." }),
    }),
  },
  responses: {
    200: { description: "A page of urgent closures.", content: json(urgentPageSchema) },
    ...problemResponses(notSignedIn, notAllowed),
  },
});

const read = createRoute({
  method: "get",
  path: "/urgent-closures/{id}",
  operationId: "getUrgentClosure",
  summary: "Read an urgent closure and how far those concerned are",
  ...forClerks,
  request: { params: idParams },
  responses: {
    200: { description: "The urgent closure.", content: json(urgentStateSchema) },
    ...problemResponses(notSignedIn, notAllowed, notFound),
  },
});

const options = createRoute({
  method: "get",
  path: "/appointments/{id}/urgent-choice",
  operationId: "getUrgentOptions",
  summary: "See what somebody who lost his place today can choose",
  description: "Another day and cancelling can always be chosen.",
  ...forHolders,
  request: { params: idParams },
  responses: {
    200: { description: "What can be chosen.", content: json(urgentOptionsSchema) },
    ...problemResponses(notSignedIn, notAllowed, notFound, nothingToChoose),
  },
});

const choose = createRoute({
  method: "post",
  path: "/appointments/{id}/urgent-choice",
  operationId: "chooseAfterClosure",
  summary: "Wait, come later today or on another day, or cancel, after an urgent closure",
  description:
    "For the holder of the manage token, or a clerk on the telephone, whose call is settled with it.",
  ...forHolders,
  request: { params: idParams, headers: idempotencyHeader, body: jsonBody(urgentChoiceSchema) },
  responses: {
    200: { description: "The appointment as it is now.", content: json(appointmentSchema) },
    ...problemResponses(
      notSignedIn,
      notAllowed,
      notFound,
      nothingToChoose,
      noRoomToWait,
      tooLateToChange,
      notBookedAnyMore,
      conflictingChange,
      limitReached,
      idempotencyKeyReused,
      requestInProgress,
      ...slotProblems,
    ),
  },
});

const notices = createRoute({
  method: "get",
  path: "/sites/{id}/notices",
  operationId: "listSiteNotices",
  tags: ["sites"],
  summary: "Read what is closed at a site at this moment, and why",
  description: "For pages, displays and kiosks. Never kept: ask as often as every second.",
  security: openToAll,
  request: { params: nameParams },
  responses: {
    200: { description: "What lasts.", content: json(noticesSchema) },
    ...problemResponses(notSignedIn, notFound),
  },
});

/** Routes of closing at once, of what citizens then choose, and of the notices that everybody sees. */
export function todayRoutes(
  deps: Deps,
  { publicUrl }: { readonly publicUrl: string },
): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  const compose = createComposer({ vault: deps.vault, publicUrl, onFault: () => undefined });
  routes.openapi(preview, async (c) => {
    const input = c.req.valid("json");
    const wish = {
      site: input.site,
      resourceIds: input.resource_ids ?? null,
      service: input.service,
      from: input.from,
      until: input.until,
      reason: input.reason,
      onTheWayMinutes: input.on_the_way_minutes,
    };
    const found = await previewUrgentClosure({ ...deps, compose }, c.get("context"), wish);
    return c.json(urgentPreviewBody(found), 201);
  });
  mountControls(routes, deps);
  mountChoices(routes, deps);
  routes.openapi(notices, async (c) => {
    c.header("Cache-Control", "no-store");
    const rows = await listNoticesOfSite(deps, c.get("context"), c.req.valid("param").id);
    return c.json(noticesBody(rows), 200);
  });
  return routes;
}

function mountControls(routes: OpenAPIHono<AppEnv>, deps: Deps): void {
  routes.openapi(start, async (c) => {
    const { digest, count } = c.req.valid("json");
    const wish = { id: c.req.valid("param").id, digest, count };
    return c.json(urgentStateBody(await startUrgentClosure(deps, c.get("context"), wish)), 200);
  });
  routes.openapi(lift, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(urgentStateBody(await liftUrgentClosure(deps, c.get("context"), id)), 200);
  });
  routes.openapi(list, async (c) => {
    const { is_running: isRunning = false, ...page } = c.req.valid("query");
    const found = await listUrgentClosures(deps, c.get("context"), { ...page, isRunning });
    return c.json({ ...found, items: found.items.map(urgentBody) }, 200);
  });
  routes.openapi(read, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(urgentStateBody(await getUrgentClosure(deps, c.get("context"), id)), 200);
  });
}

function mountChoices(routes: OpenAPIHono<AppEnv>, deps: Deps): void {
  routes.openapi(options, async (c) => {
    const { id } = c.req.valid("param");
    const context = c.get("context");
    await getAppointment(deps, context, id);
    const own = await findOwnClosure(deps, context, id);
    if (!own)
      throw new DomainError(nothingToChoose, "This visit has not lost its place, or has another.");
    return c.json(optionsBody(own), 200);
  });
  routes.openapi(choose, async (c) => {
    const { id } = c.req.valid("param");
    const input = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    const route = "POST /v1/{tenant}/appointments/{id}/urgent-choice";
    const wish = {
      id,
      wanted: wantedOf(input),
      idempotency: idempotencyOf(key, route, { id, ...input }),
    };
    return c.json(await chooseAfterClosure(deps, c.get("context"), wish), 200);
  });
}

function wantedOf(input: ReturnType<typeof urgentChoiceSchema.parse>): UrgentChoice {
  switch (input.choice) {
    case "wait":
    case "cancel":
      return input;
    case "later_today":
      return { choice: input.choice, startsAt: input.starts_at };
    case "another_day":
      return { choice: input.choice, startsAt: input.starts_at, site: input.site };
  }
}
