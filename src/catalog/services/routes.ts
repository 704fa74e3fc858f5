import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../../context.ts";
import { notAllowed, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody } from "../../http/request-schema.ts";
import { createRouter } from "../../http/router.ts";
import { idParams } from "../../http/text-schema.ts";
import { codeTaken } from "../errors.ts";
import {
  forCatalogKeys,
  forEverybody,
  json,
  nameParams,
  notModified,
  pageQueryWithAll,
  refusedChange,
  refusedToStrangers,
} from "../operations.ts";
import { changeService } from "./change-service.ts";
import { createService } from "./create-service.ts";
import { getService } from "./get-service.ts";
import { listServices } from "./list-services.ts";
import { retireService } from "./retire-service.ts";
import type { Service } from "./service.ts";
import {
  changeServiceSchema,
  createServiceSchema,
  servicePageSchema,
  serviceSchema,
} from "./schema.ts";

const tags = ["services"];

const list = createRoute({
  method: "get",
  path: "/services",
  operationId: "listServices",
  tags,
  summary: "List the services of the administration",
  ...forEverybody,
  request: { query: pageQueryWithAll },
  responses: {
    200: { description: "A page of services by code.", content: json(servicePageSchema) },
    304: notModified,
    ...problemResponses(notSignedIn),
  },
});

const read = createRoute({
  method: "get",
  path: "/services/{id}",
  operationId: "readService",
  tags,
  summary: "Read a service",
  ...forEverybody,
  request: { params: nameParams },
  responses: {
    200: { description: "The service.", content: json(serviceSchema) },
    304: notModified,
    ...problemResponses(notSignedIn),
  },
});

const create = createRoute({
  method: "post",
  path: "/services",
  operationId: "createService",
  tags,
  summary: "Add a service",
  ...forCatalogKeys,
  request: { body: jsonBody(createServiceSchema) },
  responses: {
    201: { description: "The service.", content: json(serviceSchema) },
    ...problemResponses(notSignedIn, notAllowed, codeTaken),
  },
});

const change = createRoute({
  method: "patch",
  path: "/services/{id}",
  operationId: "changeService",
  tags,
  summary: "Change a service",
  ...forCatalogKeys,
  request: { params: idParams, body: jsonBody(changeServiceSchema) },
  responses: {
    200: { description: "As it is now.", content: json(serviceSchema) },
    ...refusedChange,
  },
});

const retire = createRoute({
  method: "delete",
  path: "/services/{id}",
  operationId: "retireService",
  tags,
  summary: "Retire a service",
  ...forCatalogKeys,
  request: { params: idParams },
  responses: {
    204: { description: "It is retired." },
    ...refusedToStrangers,
  },
});

/** Routes of services. */
export function serviceRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    const { all = false, ...page } = c.req.valid("query");
    const request = { ...page, includesAll: all };
    const { items, next_cursor } = await listServices(deps, c.get("context"), request);
    return c.json({ items: items.map(serviceView), next_cursor }, 200);
  });
  routes.openapi(read, async (c) => {
    return c.json(
      serviceView(await getService(deps, c.get("context"), c.req.valid("param").id)),
      200,
    );
  });
  routes.openapi(create, async (c) => {
    return c.json(
      serviceView(await createService(deps, c.get("context"), c.req.valid("json"))),
      201,
    );
  });
  routes.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, change: c.req.valid("json") };
    return c.json(serviceView(await changeService(deps, c.get("context"), input)), 200);
  });
  routes.openapi(retire, async (c) => {
    await retireService(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return routes;
}

function serviceView(service: Service) {
  return { ...service, needs_invitation: service.visibility === "invitation" };
}
