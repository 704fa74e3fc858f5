import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../../context.ts";
import { notAllowed, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody } from "../../http/request-schema.ts";
import { createRouter } from "../../http/router.ts";
import { idParams } from "../../http/text-schema.ts";
import { codeTaken, stillInUse } from "../errors.ts";
import {
  forCatalogKeys,
  forEverybody,
  json,
  nameParams,
  notModified,
  pageQueryWithAll,
  refusedChange,
} from "../operations.ts";
import { changeSite } from "./change-site.ts";
import { createSite } from "./create-site.ts";
import { getSite } from "./get-site.ts";
import { listSites } from "./list-sites.ts";
import { retireSite } from "./retire-site.ts";
import { changeSiteSchema, createSiteSchema, sitePageSchema, siteSchema } from "./schema.ts";

const tags = ["sites"];

const list = createRoute({
  method: "get",
  path: "/sites",
  operationId: "listSites",
  tags,
  summary: "List the places of the administration",
  ...forEverybody,
  request: { query: pageQueryWithAll },
  responses: {
    200: { description: "A page of sites by code.", content: json(sitePageSchema) },
    304: notModified,
    ...problemResponses(notSignedIn),
  },
});

const read = createRoute({
  method: "get",
  path: "/sites/{id}",
  operationId: "readSite",
  tags,
  summary: "Read a place",
  ...forEverybody,
  request: { params: nameParams },
  responses: {
    200: { description: "The site.", content: json(siteSchema) },
    304: notModified,
    ...problemResponses(notSignedIn),
  },
});

const create = createRoute({
  method: "post",
  path: "/sites",
  operationId: "createSite",
  tags,
  summary: "Add a place",
  ...forCatalogKeys,
  request: { body: jsonBody(createSiteSchema) },
  responses: {
    201: { description: "The site.", content: json(siteSchema) },
    ...problemResponses(notSignedIn, notAllowed, codeTaken),
  },
});

const change = createRoute({
  method: "patch",
  path: "/sites/{id}",
  operationId: "changeSite",
  tags,
  summary: "Change a place",
  ...forCatalogKeys,
  request: { params: idParams, body: jsonBody(changeSiteSchema) },
  responses: {
    200: { description: "As it is now.", content: json(siteSchema) },
    ...refusedChange,
  },
});

const retire = createRoute({
  method: "delete",
  path: "/sites/{id}",
  operationId: "retireSite",
  tags,
  summary: "Retire a place without resources",
  ...forCatalogKeys,
  request: { params: idParams },
  responses: {
    204: { description: "It is retired." },
    ...problemResponses(notSignedIn, notAllowed, stillInUse),
  },
});

/** Routes of places. */
export function siteRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    const { all = false, ...page } = c.req.valid("query");
    const request = { ...page, includesRetired: all };
    return c.json(await listSites(deps, c.get("context"), request), 200);
  });
  routes.openapi(read, async (c) => {
    return c.json(await getSite(deps, c.get("context"), c.req.valid("param").id), 200);
  });
  routes.openapi(create, async (c) => {
    return c.json(await createSite(deps, c.get("context"), c.req.valid("json")), 201);
  });
  routes.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, change: c.req.valid("json") };
    return c.json(await changeSite(deps, c.get("context"), input), 200);
  });
  routes.openapi(retire, async (c) => {
    await retireSite(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return routes;
}
