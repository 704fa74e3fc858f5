import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../../context.ts";
import { conflictingChange, notAllowed, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody, pageQuery } from "../../http/request-schema.ts";
import { createRouter } from "../../http/router.ts";
import { idParams } from "../../http/text-schema.ts";
import { holidayStated } from "../errors.ts";
import { forCatalogKeys, json, refusedToStrangers } from "../operations.ts";
import { changeLocalHoliday } from "./change-local-holiday.ts";
import { createLocalHoliday } from "./create-local-holiday.ts";
import { deleteLocalHoliday } from "./delete-local-holiday.ts";
import { getLocalHoliday } from "./get-local-holiday.ts";
import { listLocalHolidays } from "./list-local-holidays.ts";
import {
  changeLocalHolidaySchema,
  createLocalHolidaySchema,
  localHolidayPageSchema,
  localHolidaySchema,
} from "./schema.ts";

const tags = ["local holidays"];

const list = createRoute({
  method: "get",
  path: "/local-holidays",
  operationId: "listLocalHolidays",
  tags,
  summary: "List patron saints' days and other local holidays",
  ...forCatalogKeys,
  request: { query: pageQuery },
  responses: {
    200: { description: "A page of holidays.", content: json(localHolidayPageSchema) },
    ...refusedToStrangers,
  },
});

const read = createRoute({
  method: "get",
  path: "/local-holidays/{id}",
  operationId: "readLocalHoliday",
  tags,
  summary: "Read a local holiday",
  ...forCatalogKeys,
  request: { params: idParams },
  responses: {
    200: { description: "The holiday.", content: json(localHolidaySchema) },
    ...refusedToStrangers,
  },
});

const create = createRoute({
  method: "post",
  path: "/local-holidays",
  operationId: "createLocalHoliday",
  tags,
  summary: "State a yearly holiday of the administration or of one site",
  ...forCatalogKeys,
  request: { body: jsonBody(createLocalHolidaySchema) },
  responses: {
    201: { description: "The holiday.", content: json(localHolidaySchema) },
    ...problemResponses(notSignedIn, notAllowed, holidayStated),
  },
});

const change = createRoute({
  method: "patch",
  path: "/local-holidays/{id}",
  operationId: "changeLocalHoliday",
  tags,
  summary: "Rename a local holiday",
  ...forCatalogKeys,
  request: { params: idParams, body: jsonBody(changeLocalHolidaySchema) },
  responses: {
    200: { description: "As it is now.", content: json(localHolidaySchema) },
    ...problemResponses(notSignedIn, notAllowed, conflictingChange),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/local-holidays/{id}",
  operationId: "deleteLocalHoliday",
  tags,
  summary: "Take a local holiday back",
  ...forCatalogKeys,
  request: { params: idParams },
  responses: { 204: { description: "It is a working day again." }, ...refusedToStrangers },
});

/** Routes of local holidays. */
export function localHolidayRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    return c.json(await listLocalHolidays(deps, c.get("context"), c.req.valid("query")), 200);
  });
  routes.openapi(read, async (c) => {
    return c.json(await getLocalHoliday(deps, c.get("context"), c.req.valid("param").id), 200);
  });
  routes.openapi(create, async (c) => {
    return c.json(await createLocalHoliday(deps, c.get("context"), c.req.valid("json")), 201);
  });
  routes.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, change: c.req.valid("json") };
    return c.json(await changeLocalHoliday(deps, c.get("context"), input), 200);
  });
  routes.openapi(remove, async (c) => {
    await deleteLocalHoliday(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return routes;
}
