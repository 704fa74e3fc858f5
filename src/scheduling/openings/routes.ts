import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { codeTaken } from "../../catalog/errors.ts";
import type { Deps } from "../../context.ts";
import { notAllowed, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody } from "../../http/request-schema.ts";
import { createRouter } from "../../http/router.ts";
import { idParams, uuid } from "../../http/text-schema.ts";
import { schedulingProblems } from "../errors.ts";
import {
  forScheduleKeys,
  json,
  listQuery,
  refusedChanges,
  refusedToStrangers,
} from "../operations.ts";
import { retiredSchema } from "../schema.ts";
import { changeOpening } from "./change-opening.ts";
import { createOpening } from "./create-opening.ts";
import { getOpening } from "./get-opening.ts";
import { listOpenings } from "./list-openings.ts";
import { retireOpening } from "./retire-opening.ts";
import {
  changedOpeningSchema,
  changeOpeningSchema,
  createOpeningSchema,
  openingPageSchema,
  openingSchema,
} from "./schema.ts";

const tags = ["openings"];

const list = createRoute({
  method: "get",
  path: "/openings",
  operationId: "listOpenings",
  tags,
  summary: "List openings and extra openings",
  ...forScheduleKeys,
  request: {
    query: listQuery.extend({
      resource: uuid.optional(),
      kind: z.enum(["recurring", "extra"]).optional(),
    }),
  },
  responses: {
    200: { description: "A page of openings.", content: json(openingPageSchema) },
    ...refusedToStrangers,
  },
});

const read = createRoute({
  method: "get",
  path: "/openings/{id}",
  operationId: "readOpening",
  tags,
  summary: "Read an opening",
  ...forScheduleKeys,
  request: { params: idParams },
  responses: {
    200: { description: "The opening.", content: json(openingSchema) },
    ...refusedToStrangers,
  },
});

const create = createRoute({
  method: "post",
  path: "/openings",
  operationId: "createOpening",
  tags,
  summary: "Open a resource by a rule, or on extra days",
  ...forScheduleKeys,
  request: { body: jsonBody(createOpeningSchema) },
  responses: {
    201: {
      description: "The opening, and what it did to the slots.",
      content: json(changedOpeningSchema),
    },
    ...problemResponses(notSignedIn, notAllowed, codeTaken, ...schedulingProblems),
  },
});

const change = createRoute({
  method: "patch",
  path: "/openings/{id}",
  operationId: "changeOpening",
  tags,
  summary: "Change an opening; appointments that do not fit any more are marked as in conflict",
  ...forScheduleKeys,
  request: { params: idParams, body: jsonBody(changeOpeningSchema) },
  responses: {
    200: {
      description: "As it is now, and what that did to the slots.",
      content: json(changedOpeningSchema),
    },
    ...problemResponses(...refusedChanges, ...schedulingProblems),
  },
});

const retire = createRoute({
  method: "delete",
  path: "/openings/{id}",
  operationId: "retireOpening",
  tags,
  summary: "End an opening; its appointments are marked as in conflict",
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

/** Routes of openings. */
export function openingRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    const { all = false, ...query } = c.req.valid("query");
    const request = { ...query, includesRetired: all };
    return c.json(await listOpenings(deps, c.get("context"), request), 200);
  });
  routes.openapi(read, async (c) => {
    return c.json(await getOpening(deps, c.get("context"), c.req.valid("param").id), 200);
  });
  routes.openapi(create, async (c) => {
    return c.json(await createOpening(deps, c.get("context"), c.req.valid("json")), 201);
  });
  routes.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, change: c.req.valid("json") };
    return c.json(await changeOpening(deps, c.get("context"), input), 200);
  });
  routes.openapi(retire, async (c) => {
    const slots = await retireOpening(deps, c.get("context"), c.req.valid("param").id);
    return c.json({ slots }, 200);
  });
  return routes;
}
