import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { notBookedAnyMore } from "../appointments/errors.ts";
import type { Deps } from "../context.ts";
import { conflictingChange, notAllowed, notFound, notSignedIn } from "../errors.ts";
import type { AppEnv } from "../http/app-env.ts";
import { jsonReply } from "../http/json-reply.ts";
import { problemResponses } from "../http/problem-document.ts";
import { jsonBody } from "../http/request-schema.ts";
import { bearer, requireScope, requireTokenOrScope } from "../http/require-scope.ts";
import { createRouter } from "../http/router.ts";
import { idOrCode, idParams } from "../http/text-schema.ts";
import { localDate } from "../http/time-schema.ts";
import { dateFromEpochMs } from "../time/clock.ts";
import { notVisited } from "./errors.ts";
import { areRemindersWanted, setReminders } from "./opt-out/set-reminders.ts";
import { phoneTaskRoutes } from "./phone/routes.ts";
import { getPolicy } from "./policy/get-policy.ts";
import { listPolicies } from "./policy/list-policies.ts";
import type { PolicyView } from "./policy/policy-view.ts";
import { putPolicy } from "./policy/put-policy.ts";
import { removePolicy } from "./policy/remove-policy.ts";
import { confirmPresence } from "./presence/confirm-presence.ts";
import { getPresence } from "./presence/get-presence.ts";
import { countRatings } from "./satisfaction/count-ratings.ts";
import { rateVisit } from "./satisfaction/rate-visit.ts";
import {
  policiesSchema,
  policySchema,
  presenceSchema,
  putPolicySchema,
  ratingSchema,
  ratingsSchema,
  remindersSchema,
} from "./schema.ts";

const policyTags = ["message policies"];
const forAdministrators = {
  tags: policyTags,
  security: bearer,
  middleware: requireScope("admin"),
};
const forOperators = {
  tags: ["phone tasks"],
  security: bearer,
  middleware: requireScope("appointments"),
};
const forCitizens = {
  tags: ["appointments"],
  security: bearer,
  middleware: requireTokenOrScope("appointments"),
};
const refusedToStrangers = problemResponses(notSignedIn, notAllowed);
const refusedIds = problemResponses(notSignedIn, notAllowed, notFound);
const ofService = { params: z.object({ id: idOrCode }) };

const listAll = createRoute({
  method: "get",
  path: "/message-policies",
  operationId: "listMessagePolicies",
  summary: "List which messages are sent when, for all services and single ones",
  ...forAdministrators,
  responses: {
    200: jsonReply("All policies.", policiesSchema),
    ...refusedToStrangers,
  },
});

const putForAll = createRoute({
  method: "put",
  path: "/message-policies",
  operationId: "putMessagePolicy",
  summary: "State which messages services without a policy of their own send",
  description: "It holds for what is booked or moved from now on.",
  ...forAdministrators,
  request: { body: jsonBody(putPolicySchema) },
  responses: {
    200: jsonReply("As it is now.", policySchema),
    ...problemResponses(notSignedIn, notAllowed, conflictingChange),
  },
});

const readOfService = createRoute({
  method: "get",
  path: "/services/{id}/message-policy",
  operationId: "getServiceMessagePolicy",
  summary: "Read which messages a service sends when",
  ...forAdministrators,
  request: ofService,
  responses: {
    200: jsonReply("The policy that holds.", policySchema),
    ...refusedIds,
  },
});

const putOfService = createRoute({
  method: "put",
  path: "/services/{id}/message-policy",
  operationId: "putServiceMessagePolicy",
  summary: "Give a service a policy of its own",
  description: "It holds for what is booked or moved from now on.",
  ...forAdministrators,
  request: { ...ofService, body: jsonBody(putPolicySchema) },
  responses: {
    200: jsonReply("As it is now.", policySchema),
    ...problemResponses(notSignedIn, notAllowed, notFound, conflictingChange),
  },
});

const deleteOfService = createRoute({
  method: "delete",
  path: "/services/{id}/message-policy",
  operationId: "removeServiceMessagePolicy",
  summary: "Take a service's own policy back",
  ...forAdministrators,
  request: ofService,
  responses: { 204: { description: "The one of all services holds." }, ...refusedIds },
});

const readPresence = createRoute({
  method: "get",
  path: "/appointments/{id}/presence",
  operationId: "getPresence",
  summary: "See whether the citizen is asked to say that he comes, and did",
  ...forCitizens,
  request: { params: idParams },
  responses: {
    200: jsonReply("Where it stands.", presenceSchema),
    ...refusedIds,
  },
});

const confirm = createRoute({
  method: "post",
  path: "/appointments/{id}/confirm-presence",
  operationId: "confirmPresence",
  summary: "Say that one comes",
  ...forCitizens,
  request: { params: idParams },
  responses: {
    204: { description: "It is noted." },
    ...problemResponses(notSignedIn, notAllowed, notFound, notBookedAnyMore),
  },
});

const readReminders = createRoute({
  method: "get",
  path: "/appointments/{id}/reminders",
  operationId: "getReminders",
  summary: "See whether the citizen wants reminders",
  ...forCitizens,
  request: { params: idParams },
  responses: { 200: jsonReply("So it is.", remindersSchema), ...refusedIds },
});

const putReminders = createRoute({
  method: "put",
  path: "/appointments/{id}/reminders",
  operationId: "setReminders",
  summary: "Switch reminders off or on for the addresses of an appointment",
  description: "For all appointments of these addresses. Notices that must be sent go on.",
  ...forCitizens,
  request: { params: idParams, body: jsonBody(remindersSchema) },
  responses: {
    200: jsonReply("So it is now.", remindersSchema),
    ...refusedIds,
  },
});

const rate = createRoute({
  method: "put",
  path: "/appointments/{id}/rating",
  operationId: "rateVisit",
  summary: "Rate a visit, from 1 to 5",
  ...forCitizens,
  request: { params: idParams, body: jsonBody(ratingSchema) },
  responses: {
    204: { description: "Thank you." },
    ...problemResponses(notSignedIn, notAllowed, notFound, notVisited),
  },
});

const readRatings = createRoute({
  method: "get",
  path: "/ratings",
  operationId: "countRatings",
  summary: "See how visits were rated, by service",
  ...forOperators,
  tags: ["message policies"],
  request: { query: z.strictObject({ from: localDate, to: localDate }) },
  responses: {
    200: jsonReply("Counts of five answers and more.", ratingsSchema),
    ...refusedToStrangers,
  },
});

/** Routes of message policies, phone tasks, and what citizens answer to messages. */
export function reminderRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  mountPolicies(routes, deps);
  routes.route("/", phoneTaskRoutes(deps));
  mountAnswers(routes, deps);
  return routes;
}

function mountPolicies(routes: OpenAPIHono<AppEnv>, deps: Deps): void {
  routes.openapi(listAll, async (c) => {
    const items = await listPolicies(deps, c.get("context"));
    return c.json({ items: items.map(policyBody) }, 200);
  });
  routes.openapi(putForAll, async (c) => {
    const wish = { named: "all_others" as const, ...c.req.valid("json") };
    return c.json(policyBody(await putPolicy(deps, c.get("context"), wish)), 200);
  });
  routes.openapi(readOfService, async (c) => {
    const named = { service: c.req.valid("param").id };
    return c.json(policyBody(await getPolicy(deps, c.get("context"), named)), 200);
  });
  routes.openapi(putOfService, async (c) => {
    const wish = { named: { service: c.req.valid("param").id }, ...c.req.valid("json") };
    return c.json(policyBody(await putPolicy(deps, c.get("context"), wish)), 200);
  });
  routes.openapi(deleteOfService, async (c) => {
    await removePolicy(deps, c.get("context"), { service: c.req.valid("param").id });
    return c.body(null, 204);
  });
}

function mountAnswers(routes: OpenAPIHono<AppEnv>, deps: Deps): void {
  routes.openapi(readPresence, async (c) => {
    const presence = await getPresence(deps, c.get("context"), c.req.valid("param").id);
    return c.json(
      {
        is_asked: presence !== undefined,
        answer_by: isoOf(presence?.answerBy),
        is_released: presence?.isReleased ?? false,
        confirmed_at: isoOf(presence?.confirmedAt),
      },
      200,
    );
  });
  routes.openapi(confirm, async (c) => {
    await confirmPresence(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  routes.openapi(readReminders, async (c) => {
    const isWanted = await areRemindersWanted(deps, c.get("context"), c.req.valid("param").id);
    return c.json({ is_wanted: isWanted }, 200);
  });
  routes.openapi(putReminders, async (c) => {
    const { is_wanted: isWanted } = c.req.valid("json");
    await setReminders(deps, c.get("context"), { id: c.req.valid("param").id, isWanted });
    return c.json({ is_wanted: isWanted }, 200);
  });
  routes.openapi(rate, async (c) => {
    const wish = { id: c.req.valid("param").id, ...c.req.valid("json") };
    await rateVisit(deps, c.get("context"), wish);
    return c.body(null, 204);
  });
  routes.openapi(readRatings, async (c) => {
    const items = await countRatings(deps, c.get("context"), c.req.valid("query"));
    const bodies = items.map((one) => ({ ...one, counts: one.counts && [...one.counts] }));
    return c.json({ items: bodies }, 200);
  });
}

function isoOf(instant: number | null | undefined): string | null {
  return instant === null || instant === undefined ? null : dateFromEpochMs(instant).toISOString();
}

function policyBody({ rules, ...policy }: PolicyView) {
  return { ...policy, rules: { ...rules, reminders: [...rules.reminders] } };
}
