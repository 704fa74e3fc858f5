import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../../context.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { jsonBody } from "../../http/request-schema.ts";
import { createRouter } from "../../http/router.ts";
import { idParams, uuid } from "../../http/text-schema.ts";
import {
  forCatalogKeys,
  json,
  pageQueryWithAll,
  refusedChange,
  refusedToStrangers,
} from "../operations.ts";
import { changeServiceLimit } from "./change-service-limit.ts";
import { createServiceLimit } from "./create-service-limit.ts";
import { getServiceLimit } from "./get-service-limit.ts";
import { listServiceLimits } from "./list-service-limits.ts";
import { retireServiceLimit } from "./retire-service-limit.ts";
import {
  changeServiceLimitSchema,
  createServiceLimitSchema,
  serviceLimitPageSchema,
  serviceLimitSchema,
} from "./schema.ts";

const tags = ["service limits"];

const list = createRoute({
  method: "get",
  path: "/service-limits",
  operationId: "listServiceLimits",
  tags,
  summary: "List the limits per person or household",
  ...forCatalogKeys,
  request: { query: pageQueryWithAll.extend({ service_id: uuid.optional() }) },
  responses: {
    200: { description: "A page of limits, oldest first.", content: json(serviceLimitPageSchema) },
    ...refusedToStrangers,
  },
});

const read = createRoute({
  method: "get",
  path: "/service-limits/{id}",
  operationId: "readServiceLimit",
  tags,
  summary: "Read a limit",
  ...forCatalogKeys,
  request: { params: idParams },
  responses: {
    200: { description: "The limit.", content: json(serviceLimitSchema) },
    ...refusedToStrangers,
  },
});

const create = createRoute({
  method: "post",
  path: "/service-limits",
  operationId: "createServiceLimit",
  tags,
  summary: "Limit how often a person or household may book a service",
  ...forCatalogKeys,
  request: { body: jsonBody(createServiceLimitSchema) },
  responses: {
    201: { description: "The limit.", content: json(serviceLimitSchema) },
    ...refusedToStrangers,
  },
});

const change = createRoute({
  method: "patch",
  path: "/service-limits/{id}",
  operationId: "changeServiceLimit",
  tags,
  summary: "Raise or lower a limit",
  description: "What it counts cannot be changed: retire it and create another.",
  ...forCatalogKeys,
  request: { params: idParams, body: jsonBody(changeServiceLimitSchema) },
  responses: {
    200: { description: "As it is now.", content: json(serviceLimitSchema) },
    ...refusedChange,
  },
});

const retire = createRoute({
  method: "delete",
  path: "/service-limits/{id}",
  operationId: "retireServiceLimit",
  tags,
  summary: "Lift a limit",
  ...forCatalogKeys,
  request: { params: idParams },
  responses: { 204: { description: "It is lifted." }, ...refusedToStrangers },
});

/** Routes of limits per person. */
export function serviceLimitRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    const { all = false, service_id: serviceId = null, ...page } = c.req.valid("query");
    const request = { ...page, serviceId, includesRetired: all };
    return c.json(await listServiceLimits(deps, c.get("context"), request), 200);
  });
  routes.openapi(read, async (c) => {
    return c.json(await getServiceLimit(deps, c.get("context"), c.req.valid("param").id), 200);
  });
  routes.openapi(create, async (c) => {
    return c.json(await createServiceLimit(deps, c.get("context"), c.req.valid("json")), 201);
  });
  routes.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, change: c.req.valid("json") };
    return c.json(await changeServiceLimit(deps, c.get("context"), input), 200);
  });
  routes.openapi(retire, async (c) => {
    await retireServiceLimit(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return routes;
}
