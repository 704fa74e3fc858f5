import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { codeTaken } from "../../catalog/errors.ts";
import type { Deps } from "../../context.ts";
import { notAllowed, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody } from "../../http/request-schema.ts";
import { createRouter } from "../../http/router.ts";
import { idOrCode, idParams } from "../../http/text-schema.ts";
import {
  datedListQuery,
  forScheduleKeys,
  json,
  refusedChanges,
  refusedToStrangers,
} from "../operations.ts";
import { retiredSchema } from "../schema.ts";
import { changeClosure } from "./change-closure.ts";
import { createClosure } from "./create-closure.ts";
import { getClosure } from "./get-closure.ts";
import { listClosures } from "./list-closures.ts";
import { retireClosure } from "./retire-closure.ts";
import {
  changedClosureSchema,
  changeClosureSchema,
  closurePageSchema,
  closureSchema,
  createClosureSchema,
} from "./schema.ts";

const tags = ["closures"];

const list = createRoute({
  method: "get",
  path: "/closures",
  operationId: "listClosures",
  tags,
  summary: "List closures",
  description: "With `site` or `resource` also those that concern more than it.",
  ...forScheduleKeys,
  request: { query: datedListQuery },
  responses: {
    200: { description: "A page of closures by code.", content: json(closurePageSchema) },
    ...refusedToStrangers,
  },
});

const read = createRoute({
  method: "get",
  path: "/closures/{id}",
  operationId: "readClosure",
  tags,
  summary: "Read a closure",
  ...forScheduleKeys,
  request: { params: z.object({ id: idOrCode }) },
  responses: {
    200: { description: "The closure.", content: json(closureSchema) },
    ...refusedToStrangers,
  },
});

const create = createRoute({
  method: "post",
  path: "/closures",
  operationId: "createClosure",
  tags,
  summary:
    "Close a resource, a site or everything for a time; appointments there are marked as in conflict",
  ...forScheduleKeys,
  request: { body: jsonBody(createClosureSchema) },
  responses: {
    201: {
      description: "The closure, and what it did to the slots.",
      content: json(changedClosureSchema),
    },
    ...problemResponses(notSignedIn, notAllowed, codeTaken),
  },
});

const change = createRoute({
  method: "patch",
  path: "/closures/{id}",
  operationId: "changeClosure",
  tags,
  summary: "Change a closure",
  ...forScheduleKeys,
  request: { params: idParams, body: jsonBody(changeClosureSchema) },
  responses: {
    200: {
      description: "As it is now, and what that did to the slots.",
      content: json(changedClosureSchema),
    },
    ...problemResponses(...refusedChanges),
  },
});

const retire = createRoute({
  method: "delete",
  path: "/closures/{id}",
  operationId: "retireClosure",
  tags,
  summary: "Lift a closure; appointments whose places are back are supported again",
  ...forScheduleKeys,
  request: { params: idParams },
  responses: {
    200: {
      description: "It is retired; what that did to the slots.",
      content: json(retiredSchema),
    },
    ...refusedToStrangers,
  },
});

/** Routes of closures. */
export function closureRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    const { all = false, ...query } = c.req.valid("query");
    const request = { ...query, includesRetired: all };
    return c.json(await listClosures(deps, c.get("context"), request), 200);
  });
  routes.openapi(read, async (c) => {
    return c.json(await getClosure(deps, c.get("context"), c.req.valid("param").id), 200);
  });
  routes.openapi(create, async (c) => {
    const { closure, slots } = await createClosure(deps, c.get("context"), c.req.valid("json"));
    return c.json({ closure, slots }, 201);
  });
  routes.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, change: c.req.valid("json") };
    const { closure, slots } = await changeClosure(deps, c.get("context"), input);
    return c.json({ closure, slots }, 200);
  });
  routes.openapi(retire, async (c) => {
    const slots = await retireClosure(deps, c.get("context"), c.req.valid("param").id);
    return c.json({ slots }, 200);
  });
  return routes;
}
