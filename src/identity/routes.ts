import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../context.ts";
import { conflictingChange, notAllowed, notSignedIn } from "../errors.ts";
import type { AppEnv } from "../http/app-env.ts";
import { problemResponses } from "../http/problem-document.ts";
import { jsonBody, pageQuery } from "../http/request-schema.ts";
import { bearer, openToAll, requireScope } from "../http/require-scope.ts";
import { createRouter } from "../http/router.ts";
import { idParams } from "../http/text-schema.ts";
import { changeTenant } from "./change-tenant.ts";
import { createApiKey } from "./create-api-key.ts";
import { getTenant } from "./get-tenant.ts";
import { listApiKeys } from "./list-api-keys.ts";
import type { ApiKeyRow } from "./queries.ts";
import { revokeApiKey } from "./revoke-api-key.ts";
import {
  apiKeyPageSchema,
  changeTenantSchema,
  createApiKeySchema,
  createdApiKeySchema,
  tenantSchema,
} from "./schema.ts";

const json = <Schema>(schema: Schema) => ({ "application/json": { schema } });

const readTenant = createRoute({
  method: "get",
  path: "/",
  operationId: "readTenant",
  tags: ["tenant"],
  summary: "Read the administration",
  security: openToAll,
  responses: {
    200: { description: "The administration.", content: json(tenantSchema) },
    ...problemResponses(notSignedIn),
  },
});

const patchTenant = createRoute({
  method: "patch",
  path: "/",
  operationId: "changeTenant",
  tags: ["tenant"],
  summary: "Change the administration, or switch its training mode",
  security: bearer,
  middleware: requireScope("admin"),
  request: { body: jsonBody(changeTenantSchema) },
  responses: {
    200: { description: "As it is now.", content: json(tenantSchema) },
    ...problemResponses(notSignedIn, notAllowed, conflictingChange),
  },
});

const getKeys = createRoute({
  method: "get",
  path: "/api-keys",
  operationId: "listApiKeys",
  tags: ["api keys"],
  summary: "List API keys, without their secrets",
  security: bearer,
  middleware: requireScope("admin"),
  request: { query: pageQuery },
  responses: {
    200: { description: "A page of keys.", content: json(apiKeyPageSchema) },
    ...problemResponses(notSignedIn, notAllowed),
  },
});

const postKey = createRoute({
  method: "post",
  path: "/api-keys",
  operationId: "createApiKey",
  tags: ["api keys"],
  summary: "Create an API key",
  description: "The token is in this answer only. Sending the request again creates another key.",
  security: bearer,
  middleware: requireScope("admin"),
  request: { body: jsonBody(createApiKeySchema) },
  responses: {
    201: { description: "The key and its token.", content: json(createdApiKeySchema) },
    ...problemResponses(notSignedIn, notAllowed),
  },
});

const deleteKey = createRoute({
  method: "delete",
  path: "/api-keys/{id}",
  operationId: "revokeApiKey",
  tags: ["api keys"],
  summary: "Revoke an API key for good",
  security: bearer,
  middleware: requireScope("admin"),
  request: { params: idParams },
  responses: {
    204: { description: "It works no more, within a second." },
    ...problemResponses(notSignedIn, notAllowed),
  },
});

/** Routes of the tenant itself and of its keys. */
export function identityRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(readTenant, async (c) => c.json(await getTenant(deps, c.get("context")), 200));
  routes.openapi(patchTenant, async (c) => {
    return c.json(await changeTenant(deps, c.get("context"), c.req.valid("json")), 200);
  });
  routes.openapi(getKeys, async (c) => {
    const { keys, nextCursor } = await listApiKeys(deps, c.get("context"), c.req.valid("query"));
    return c.json({ items: keys.map(keyView), next_cursor: nextCursor }, 200);
  });
  routes.openapi(postKey, async (c) => {
    const { expires_at: expiresAt, ...input } = c.req.valid("json");
    const { key, token } = await createApiKey(deps, c.get("context"), { ...input, expiresAt });
    return c.json({ ...keyView(key), token }, 201);
  });
  routes.openapi(deleteKey, async (c) => {
    await revokeApiKey(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return routes;
}

function keyView(key: ApiKeyRow) {
  return {
    ...key,
    created_at: key.created_at.toISOString(),
    expires_at: key.expires_at?.toISOString() ?? null,
    revoked_at: key.revoked_at?.toISOString() ?? null,
  };
}
