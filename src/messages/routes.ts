import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../context.ts";
import { conflictingChange, notAllowed, notFound, notSignedIn } from "../errors.ts";
import type { AppEnv } from "../http/app-env.ts";
import { jsonReply } from "../http/json-reply.ts";
import { problemResponses } from "../http/problem-document.ts";
import { jsonBody, pageQuery } from "../http/request-schema.ts";
import { bearer, requireScope } from "../http/require-scope.ts";
import { createRouter } from "../http/router.ts";
import { idParams, uuid } from "../http/text-schema.ts";
import { instant } from "../http/time-schema.ts";
import { notRetryable, tooManyTests } from "./errors.ts";
import { messageChannels, messageKinds } from "./message.ts";
import { messageStatuses } from "./message-state.ts";
import {
  changeSettingsSchema,
  messageHistorySchema,
  messagePageSchema,
  messageSchema,
  pauseSchema,
  releasedSchema,
  releaseSchema,
  sendingSchema,
  sendTestSchema,
  settingsSchema,
} from "./schema.ts";
import { getMessage } from "./seen/get-message.ts";
import { getSending } from "./seen/get-sending.ts";
import { listMessages, listUnreached } from "./seen/list-messages.ts";
import type { MessageRow } from "./seen/queries.ts";
import { retryMessage } from "./seen/retry-message.ts";
import { sendTest } from "./seen/send-test.ts";
import { changeSettings } from "./settings/change-settings.ts";
import type { MessageSettings } from "./settings/message-settings.ts";
import { pauseMessages } from "./settings/pause-messages.ts";
import { releaseMessages } from "./settings/release-messages.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

const tags = ["messages"];
const forStaff = { tags, security: bearer, middleware: requireScope("appointments") };
const forAdministrators = { tags, security: bearer, middleware: requireScope("admin") };
const refusedToStrangers = problemResponses(notSignedIn, notAllowed);

const list = createRoute({
  method: "get",
  path: "/messages",
  operationId: "listMessages",
  summary: "List what was, will be or will not be sent, and why",
  description: "Of one appointment or all, the latest due first. Neither recipients nor contents.",
  ...forStaff,
  request: {
    query: pageQuery.extend({
      appointment_id: uuid.optional(),
      status: z.enum(messageStatuses).optional(),
      kind: z.enum(messageKinds).optional(),
      channel: z.enum(messageChannels).optional(),
      due_from: instant.optional(),
      due_to: instant.optional(),
    }),
  },
  responses: {
    200: jsonReply("A page of messages.", messagePageSchema),
    ...refusedToStrangers,
  },
});

const listNotReached = createRoute({
  method: "get",
  path: "/unreached-messages",
  operationId: "listUnreachedMessages",
  summary: "List messages that did not get through",
  description: "Failed, without an answer, or reported as undeliverable; the latest first.",
  ...forStaff,
  request: { query: pageQuery },
  responses: {
    200: jsonReply("A page of messages.", messagePageSchema),
    ...refusedToStrangers,
  },
});

const read = createRoute({
  method: "get",
  path: "/messages/{id}",
  operationId: "getMessage",
  summary: "Read a message with its attempts and receipts",
  ...forStaff,
  request: { params: idParams },
  responses: {
    200: jsonReply("The message.", messageHistorySchema),
    ...problemResponses(notSignedIn, notAllowed, notFound),
  },
});

const retry = createRoute({
  method: "post",
  path: "/messages/{id}/retry",
  operationId: "retryMessage",
  summary: "Send a message again that failed or got no answer",
  ...forStaff,
  request: { params: idParams },
  responses: {
    200: jsonReply("It is planned again.", messageSchema),
    ...problemResponses(notSignedIn, notAllowed, notFound, notRetryable),
  },
});

const test = createRoute({
  method: "post",
  path: "/test-messages",
  operationId: "sendTestMessage",
  summary: "Send a template in force with made-up data",
  description: "It goes the way all messages go. Twenty an hour.",
  ...forAdministrators,
  request: { body: jsonBody(sendTestSchema) },
  responses: {
    201: jsonReply("It is planned; read it to see what comes of it.", messageSchema),
    ...problemResponses(notSignedIn, notAllowed, notFound, tooManyTests),
  },
});

const state = createRoute({
  method: "get",
  path: "/message-sending",
  operationId: "getMessageSending",
  summary: "See how sending stands: settings, what waits, what it costs, whether it is paused",
  ...forStaff,
  responses: {
    200: jsonReply("How it stands.", sendingSchema),
    ...refusedToStrangers,
  },
});

const change = createRoute({
  method: "patch",
  path: "/message-sending",
  operationId: "changeMessageSettings",
  summary: "Change quiet hours, SMS and what they may cost",
  ...forAdministrators,
  request: { body: jsonBody(changeSettingsSchema) },
  responses: {
    200: jsonReply("As it is now.", settingsSchema),
    ...problemResponses(notSignedIn, notAllowed, conflictingChange),
  },
});

const pause = createRoute({
  method: "post",
  path: "/message-sending/pause",
  operationId: "pauseMessages",
  summary: "Send nothing until it is released",
  ...forAdministrators,
  request: { body: jsonBody(pauseSchema) },
  responses: { 204: { description: "Nothing more is begun." }, ...refusedToStrangers },
});

const release = createRoute({
  method: "post",
  path: "/message-sending/release",
  operationId: "releaseMessages",
  summary: "Let sending go on",
  ...forAdministrators,
  request: { body: jsonBody(releaseSchema) },
  responses: {
    200: jsonReply("It goes on.", releasedSchema),
    ...refusedToStrangers,
  },
});

/** Routes of messages: what is seen of them, how they are sent, and whom webhooks tell. */
export function messageRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    const { appointment_id, due_from, due_to, ...query } = c.req.valid("query");
    const wish = { ...query, appointmentId: appointment_id, from: due_from, to: due_to };
    const { items, nextCursor } = await listMessages(deps, c.get("context"), wish);
    return c.json({ items: items.map(messageView), next_cursor: nextCursor }, 200);
  });
  routes.openapi(listNotReached, async (c) => {
    const wish = c.req.valid("query");
    const { items, nextCursor } = await listUnreached(deps, c.get("context"), wish);
    return c.json({ items: items.map(messageView), next_cursor: nextCursor }, 200);
  });
  routes.openapi(read, async (c) => {
    const found = await getMessage(deps, c.get("context"), c.req.valid("param").id);
    const history = found.attempts.map((one) => ({ ...one, ended_at: one.ended_at.toISOString() }));
    const receipts = found.receipts.map((one) => ({
      ...one,
      reported_at: one.reported_at.toISOString(),
    }));
    return c.json({ ...messageView(found.message), history, receipts }, 200);
  });
  routes.openapi(retry, async (c) => {
    const message = await retryMessage(deps, c.get("context"), c.req.valid("param").id);
    return c.json(messageView(message), 200);
  });
  routes.openapi(test, async (c) => {
    const message = await sendTest(deps, c.get("context"), c.req.valid("json"));
    return c.json(messageView(message), 201);
  });
  routes.openapi(state, async (c) => {
    const found = await getSending(deps, c.get("context"));
    return c.json(
      {
        settings: settingsView(found.settings),
        due: found.due,
        failed_today: found.failed_today,
        sms_spent_today_micros: found.spent_micros,
        sms_parts_today: found.parts,
        installation_paused_at: found.installation_paused_at?.toISOString() ?? null,
        installation_paused_reason: found.installation_paused_reason,
      },
      200,
    );
  });
  routes.openapi(change, async (c) => {
    const settings = await changeSettings(deps, c.get("context"), c.req.valid("json"));
    return c.json(settingsView(settings), 200);
  });
  routes.openapi(pause, async (c) => {
    await pauseMessages(deps, c.get("context"), c.req.valid("json").reason);
    return c.body(null, 204);
  });
  routes.openapi(release, async (c) => {
    const before = c.req.valid("json").discard_due_before?.getTime();
    const discarded = await releaseMessages(deps, c.get("context"), before);
    return c.json({ discarded }, 200);
  });
  routes.route("/", webhookRoutes(deps));
  return routes;
}

function settingsView({ paused_at, ...settings }: MessageSettings) {
  return { ...settings, paused_at: paused_at?.toISOString() ?? null };
}

function messageView(row: MessageRow) {
  return {
    id: row.id,
    subject_kind: row.subject_kind,
    appointment_id: row.appointment_id,
    kind: row.kind,
    channel: row.channel,
    language: row.language,
    offset_minutes: row.offset_minutes,
    endpoint_id: row.endpoint_id,
    facts: { ...row.facts },
    status: row.status,
    due_at: row.due_at.toISOString(),
    next_at: row.next_at.toISOString(),
    not_after: row.not_after.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
    end_reason: row.end_reason,
    attempts: row.attempt,
    provider: row.provider,
    sms_parts: row.parts,
    cost_micros: row.cost_micros,
    receipt: row.receipt,
    receipt_at: row.receipt_at?.toISOString() ?? null,
    is_training: row.is_training,
    created_at: row.created_at.toISOString(),
  };
}
