import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { notBookedAnyMore } from "../../appointments/errors.ts";
import type { Deps } from "../../context.ts";
import { notAllowed, notFound, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { jsonReply } from "../../http/json-reply.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody, pageQuery } from "../../http/request-schema.ts";
import { bearer, requireScope } from "../../http/require-scope.ts";
import { createRouter } from "../../http/router.ts";
import { idParams, uuid } from "../../http/text-schema.ts";
import type { TaskRow } from "../../messages/phone-tasks/queries.ts";
import { taskNotYours } from "../errors.ts";
import {
  leasedTaskSchema,
  nextTaskSchema,
  settleTaskSchema,
  taskPageSchema,
  taskSchema,
} from "../schema.ts";
import { type LeasedTask, leaseNextPhoneTask, leasePhoneTask } from "./lease-phone-task.ts";
import { listPhoneTasks } from "./list-phone-tasks.ts";
import { settlePhoneTask } from "./settle-phone-task.ts";

const forOperators = {
  tags: ["phone tasks"],
  security: bearer,
  middleware: requireScope("appointments"),
};
const refusedToStrangers = problemResponses(notSignedIn, notAllowed);

const listTasks = createRoute({
  method: "get",
  path: "/phone-tasks",
  operationId: "listPhoneTasks",
  summary: "List calls to be made: urgent ones, then those about the next visits",
  ...forOperators,
  request: {
    query: pageQuery.extend({
      state: z.enum(["to_do", "ended"]).default("to_do"),
      operation_id: uuid
        .optional()
        .openapi({ description: "Only those of an operation over many appointments." }),
    }),
  },
  responses: {
    200: jsonReply("A page of calls.", taskPageSchema),
    ...refusedToStrangers,
  },
});

const leaseTask = createRoute({
  method: "post",
  path: "/phone-tasks/{id}/lease",
  operationId: "leasePhoneTask",
  summary: "Take a call for a quarter of an hour; says whom to call and what to say",
  ...forOperators,
  request: { params: idParams },
  responses: {
    200: jsonReply("It is yours.", leasedTaskSchema),
    ...problemResponses(notSignedIn, notAllowed, notFound, taskNotYours),
  },
});

const leaseNextTask = createRoute({
  method: "post",
  path: "/phone-tasks/next",
  operationId: "leaseNextPhoneTask",
  summary: "Take the next call that nobody has for a quarter of an hour",
  description: "Urgent ones, then those about the next visits. Two who ask get two calls.",
  ...forOperators,
  request: { body: jsonBody(nextTaskSchema) },
  responses: {
    200: jsonReply("It is yours.", leasedTaskSchema),
    204: { description: "There is no call to be made now." },
    ...refusedToStrangers,
  },
});

const settleTask = createRoute({
  method: "post",
  path: "/phone-tasks/{id}/outcome",
  operationId: "settlePhoneTask",
  summary: "Note what came of a call",
  description:
    "Nobody answered: it is open again two hours later or when you say, three times in all.",
  ...forOperators,
  request: { params: idParams, body: jsonBody(settleTaskSchema) },
  responses: {
    200: jsonReply("The call as it is now.", taskSchema),
    ...problemResponses(notSignedIn, notAllowed, notFound, taskNotYours, notBookedAnyMore),
  },
});

const returnTask = createRoute({
  method: "post",
  path: "/phone-tasks/{id}/return",
  operationId: "returnPhoneTask",
  summary: "Give a call back that was not made",
  ...forOperators,
  request: { params: idParams },
  responses: {
    200: jsonReply("It is open again.", taskSchema),
    ...problemResponses(notSignedIn, notAllowed, notFound, taskNotYours),
  },
});

/** Routes of the calls that operators make. */
export function phoneTaskRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(listTasks, async (c) => {
    const found = await listPhoneTasks(deps, c.get("context"), c.req.valid("query"));
    return c.json({ items: found.items.map(taskBody), next_cursor: found.nextCursor }, 200);
  });
  routes.openapi(leaseTask, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(leasedBody(await leasePhoneTask(deps, c.get("context"), id)), 200);
  });
  routes.openapi(leaseNextTask, async (c) => {
    const { operation_id: operationId } = c.req.valid("json");
    const leased = await leaseNextPhoneTask(deps, c.get("context"), { operationId });
    return leased ? c.json(leasedBody(leased), 200) : c.body(null, 204);
  });
  routes.openapi(settleTask, async (c) => {
    const { outcome, note, is_coming: isComing, again_at: again } = c.req.valid("json");
    const againAt = again?.getTime();
    const wish = { id: c.req.valid("param").id, outcome, isComing, againAt, note };
    return c.json(taskBody(await settlePhoneTask(deps, c.get("context"), wish)), 200);
  });
  routes.openapi(returnTask, async (c) => {
    const wish = { id: c.req.valid("param").id, outcome: undefined };
    return c.json(taskBody(await settlePhoneTask(deps, c.get("context"), wish)), 200);
  });
  return routes;
}

function leasedBody({ task, name, phone, words, spoken, notes }: LeasedTask) {
  return {
    ...taskBody(task),
    name,
    phone,
    words: { ...words, text: spoken?.text ?? null, text_language: spoken?.language ?? null },
    notes: notes.map(({ outcome, note, at }) => ({ outcome, note, at: at.toISOString() })),
  };
}

function taskBody(row: TaskRow) {
  return {
    id: row.id,
    appointment_id: row.appointment_id,
    reference: row.reference,
    language: row.language,
    kind: row.kind,
    cause: row.cause,
    visit_at: row.visit_at.toISOString(),
    not_after: row.not_after.toISOString(),
    status: row.status,
    calls: row.calls,
    leased_until: row.leased_until?.toISOString() ?? null,
    outcome: row.outcome,
    ended_at: row.ended_at?.toISOString() ?? null,
    version: row.version,
    created_at: row.created_at.toISOString(),
  };
}
