import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../../context.ts";
import { conflictingChange, notAllowed, notFound, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody, pageQuery } from "../../http/request-schema.ts";
import { bearer, requireScope } from "../../http/require-scope.ts";
import { createRouter } from "../../http/router.ts";
import { idParams } from "../../http/text-schema.ts";
import { tooManyEndpoints } from "../errors.ts";
import { changeEndpoint } from "./change-endpoint.ts";
import { createEndpoint } from "./create-endpoint.ts";
import { deleteEndpoint } from "./delete-endpoint.ts";
import { getEndpoint } from "./get-endpoint.ts";
import { listEndpoints } from "./list-endpoints.ts";
import type { EndpointRow } from "./queries.ts";
import { replayWebhooks } from "./replay-webhooks.ts";
import { rotateSecret } from "./rotate-secret.ts";
import {
  changeEndpointSchema,
  createdEndpointSchema,
  createEndpointSchema,
  endpointPageSchema,
  endpointSchema,
  replayedSchema,
  replaySchema,
  rotatedSecretSchema,
} from "./schema.ts";

const json = <Schema>(schema: Schema) => ({ "application/json": { schema } });
const forAdministrators = {
  tags: ["webhooks"],
  security: bearer,
  middleware: requireScope("admin"),
};
const refused = problemResponses(notSignedIn, notAllowed, notFound);

const create = createRoute({
  method: "post",
  path: "/webhook-endpoints",
  operationId: "createWebhookEndpoint",
  summary: "Have a system told of what happens to appointments",
  description:
    "Webhooks follow Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`) and hold ids, times and states, no person. They come at least once: the id tells repetitions.",
  ...forAdministrators,
  request: { body: jsonBody(createEndpointSchema) },
  responses: {
    201: { description: "The endpoint and its secret.", content: json(createdEndpointSchema) },
    ...problemResponses(notSignedIn, notAllowed, tooManyEndpoints),
  },
});

const list = createRoute({
  method: "get",
  path: "/webhook-endpoints",
  operationId: "listWebhookEndpoints",
  summary: "List webhook endpoints, without their secrets",
  ...forAdministrators,
  request: { query: pageQuery },
  responses: {
    200: { description: "A page of endpoints, oldest first.", content: json(endpointPageSchema) },
    ...problemResponses(notSignedIn, notAllowed),
  },
});

const read = createRoute({
  method: "get",
  path: "/webhook-endpoints/{id}",
  operationId: "getWebhookEndpoint",
  summary: "Read a webhook endpoint",
  ...forAdministrators,
  request: { params: idParams },
  responses: { 200: { description: "The endpoint.", content: json(endpointSchema) }, ...refused },
});

const change = createRoute({
  method: "patch",
  path: "/webhook-endpoints/{id}",
  operationId: "changeWebhookEndpoint",
  summary: "Change a webhook endpoint, switch it off or on",
  ...forAdministrators,
  request: { params: idParams, body: jsonBody(changeEndpointSchema) },
  responses: {
    200: { description: "As it is now.", content: json(endpointSchema) },
    ...problemResponses(notSignedIn, notAllowed, notFound, conflictingChange),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/webhook-endpoints/{id}",
  operationId: "deleteWebhookEndpoint",
  summary: "Delete a webhook endpoint for good",
  ...forAdministrators,
  request: { params: idParams },
  responses: { 204: { description: "It is told nothing any more." }, ...refused },
});

const rotate = createRoute({
  method: "post",
  path: "/webhook-endpoints/{id}/rotate-secret",
  operationId: "rotateWebhookSecret",
  summary: "Give a webhook endpoint a new secret",
  description: "For a day webhooks are signed with both.",
  ...forAdministrators,
  request: { params: idParams },
  responses: {
    200: { description: "The new secret.", content: json(rotatedSecretSchema) },
    ...refused,
  },
});

const replay = createRoute({
  method: "post",
  path: "/webhook-endpoints/{id}/replay",
  operationId: "replayWebhooks",
  summary: "Send webhooks again that failed within a time",
  ...forAdministrators,
  request: { params: idParams, body: jsonBody(replaySchema) },
  responses: {
    200: { description: "How many are sent again.", content: json(replayedSchema) },
    ...refused,
  },
});

/** Routes of webhook endpoints. */
export function webhookRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(create, async (c) => {
    const created = await createEndpoint(deps, c.get("context"), c.req.valid("json"));
    return c.json({ ...endpointView(created.endpoint), secret: created.secret }, 201);
  });
  routes.openapi(list, async (c) => {
    const { items, nextCursor } = await listEndpoints(deps, c.get("context"), c.req.valid("query"));
    return c.json({ items: items.map(endpointView), next_cursor: nextCursor }, 200);
  });
  routes.openapi(read, async (c) =>
    c.json(endpointView(await getEndpoint(deps, c.get("context"), c.req.valid("param").id)), 200),
  );
  routes.openapi(change, async (c) => {
    const wish = { id: c.req.valid("param").id, change: c.req.valid("json") };
    return c.json(endpointView(await changeEndpoint(deps, c.get("context"), wish)), 200);
  });
  routes.openapi(remove, async (c) => {
    await deleteEndpoint(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  routes.openapi(rotate, async (c) => {
    const secret = await rotateSecret(deps, c.get("context"), c.req.valid("param").id);
    return c.json({ secret }, 200);
  });
  routes.openapi(replay, async (c) => {
    const wish = { endpointId: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json({ count: await replayWebhooks(deps, c.get("context"), wish) }, 200);
  });
  return routes;
}

function endpointView(row: EndpointRow) {
  return {
    id: row.id,
    url: row.url,
    kinds: [...row.kinds],
    status: row.status === "active" ? ("active" as const) : ("disabled" as const),
    failing_since: row.failing_since?.toISOString() ?? null,
    disabled_at: row.disabled_at?.toISOString() ?? null,
    disabled_reason: row.disabled_reason,
    version: row.version,
    created_at: row.created_at.toISOString(),
  };
}
