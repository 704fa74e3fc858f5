import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../../context.ts";
import { conflictingChange, notAllowed, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody } from "../../http/request-schema.ts";
import { createRouter } from "../../http/router.ts";
import { idParams, uuid } from "../../http/text-schema.ts";
import { cellsInUse, codeTaken, retired } from "../errors.ts";
import {
  forCatalogKeys,
  json,
  nameParams,
  pageQueryWithAll,
  refusedToStrangers,
} from "../operations.ts";
import { changeResource } from "./change-resource.ts";
import { createResource } from "./create-resource.ts";
import { getResource } from "./get-resource.ts";
import { listResources } from "./list-resources.ts";
import { retireResource } from "./retire-resource.ts";
import {
  changeResourceSchema,
  createResourceSchema,
  resourcePageSchema,
  resourceSchema,
} from "./schema.ts";

const tags = ["resources"];

const list = createRoute({
  method: "get",
  path: "/resources",
  operationId: "listResources",
  tags,
  summary: "List desks, lanes, bays, rooms and officers",
  ...forCatalogKeys,
  request: { query: pageQueryWithAll.extend({ site_id: uuid.optional() }) },
  responses: {
    200: { description: "A page of resources by code.", content: json(resourcePageSchema) },
    ...refusedToStrangers,
  },
});

const read = createRoute({
  method: "get",
  path: "/resources/{id}",
  operationId: "readResource",
  tags,
  summary: "Read a resource",
  ...forCatalogKeys,
  request: { params: nameParams },
  responses: {
    200: { description: "The resource.", content: json(resourceSchema) },
    ...refusedToStrangers,
  },
});

const create = createRoute({
  method: "post",
  path: "/resources",
  operationId: "createResource",
  tags,
  summary: "Add a resource to a site",
  ...forCatalogKeys,
  request: { body: jsonBody(createResourceSchema) },
  responses: {
    201: { description: "The resource.", content: json(resourceSchema) },
    ...problemResponses(notSignedIn, notAllowed, codeTaken),
  },
});

const change = createRoute({
  method: "patch",
  path: "/resources/{id}",
  operationId: "changeResource",
  tags,
  summary: "Change a resource, its cells or the services it offers",
  ...forCatalogKeys,
  request: { params: idParams, body: jsonBody(changeResourceSchema) },
  responses: {
    200: { description: "As it is now.", content: json(resourceSchema) },
    ...problemResponses(notSignedIn, notAllowed, retired, cellsInUse, conflictingChange),
  },
});

const retire = createRoute({
  method: "delete",
  path: "/resources/{id}",
  operationId: "retireResource",
  tags,
  summary: "Retire a resource; its visits are marked as in conflict",
  ...forCatalogKeys,
  request: { params: idParams },
  responses: { 204: { description: "It is retired." }, ...refusedToStrangers },
});

/** Routes of resources. */
export function resourceRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    const { all = false, site_id: siteId = null, ...page } = c.req.valid("query");
    const request = { ...page, siteId, includesRetired: all };
    return c.json(await listResources(deps, c.get("context"), request), 200);
  });
  routes.openapi(read, async (c) => {
    return c.json(await getResource(deps, c.get("context"), c.req.valid("param").id), 200);
  });
  routes.openapi(create, async (c) => {
    return c.json(await createResource(deps, c.get("context"), c.req.valid("json")), 201);
  });
  routes.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, change: c.req.valid("json") };
    return c.json(await changeResource(deps, c.get("context"), input), 200);
  });
  routes.openapi(retire, async (c) => {
    await retireResource(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return routes;
}
