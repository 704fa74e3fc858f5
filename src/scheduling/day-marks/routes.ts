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
import { changeDayMark } from "./change-day-mark.ts";
import { createDayMark } from "./create-day-mark.ts";
import { getDayMark } from "./get-day-mark.ts";
import { listDayMarks } from "./list-day-marks.ts";
import { retireDayMark } from "./retire-day-mark.ts";
import {
  changedDayMarkSchema,
  changeDayMarkSchema,
  dayMarkPageSchema,
  dayMarkSchema,
  createDayMarkSchema,
} from "./schema.ts";

const tags = ["day marks"];

const list = createRoute({
  method: "get",
  path: "/day-marks",
  operationId: "listDayMarks",
  tags,
  summary: "List day marks",
  description: "With `site` or `resource` also those that concern more than it.",
  ...forScheduleKeys,
  request: { query: datedListQuery },
  responses: {
    200: { description: "A page of day marks by code.", content: json(dayMarkPageSchema) },
    ...refusedToStrangers,
  },
});

const read = createRoute({
  method: "get",
  path: "/day-marks/{id}",
  operationId: "readDayMark",
  tags,
  summary: "Read a day mark",
  ...forScheduleKeys,
  request: { params: z.object({ id: idOrCode }) },
  responses: {
    200: { description: "The day mark.", content: json(dayMarkSchema) },
    ...refusedToStrangers,
  },
});

const create = createRoute({
  method: "post",
  path: "/day-marks",
  operationId: "createDayMark",
  tags,
  summary: "Mark days as walk-in only, undecided or bookable",
  ...forScheduleKeys,
  request: { body: jsonBody(createDayMarkSchema) },
  responses: {
    201: {
      description: "The day mark, and what it did to the slots.",
      content: json(changedDayMarkSchema),
    },
    ...problemResponses(notSignedIn, notAllowed, codeTaken),
  },
});

const change = createRoute({
  method: "patch",
  path: "/day-marks/{id}",
  operationId: "changeDayMark",
  tags,
  summary: "Change a day mark",
  ...forScheduleKeys,
  request: { params: idParams, body: jsonBody(changeDayMarkSchema) },
  responses: {
    200: {
      description: "As it is now, and what that did to the slots.",
      content: json(changedDayMarkSchema),
    },
    ...problemResponses(...refusedChanges),
  },
});

const retire = createRoute({
  method: "delete",
  path: "/day-marks/{id}",
  operationId: "retireDayMark",
  tags,
  summary: "Lift a day mark",
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

/** Routes of day marks. */
export function dayMarkRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    const { all = false, ...query } = c.req.valid("query");
    const request = { ...query, includesRetired: all };
    return c.json(await listDayMarks(deps, c.get("context"), request), 200);
  });
  routes.openapi(read, async (c) => {
    return c.json(await getDayMark(deps, c.get("context"), c.req.valid("param").id), 200);
  });
  routes.openapi(create, async (c) => {
    const { dayMark, slots } = await createDayMark(deps, c.get("context"), c.req.valid("json"));
    return c.json({ day_mark: dayMark, slots }, 201);
  });
  routes.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, change: c.req.valid("json") };
    const { dayMark, slots } = await changeDayMark(deps, c.get("context"), input);
    return c.json({ day_mark: dayMark, slots }, 200);
  });
  routes.openapi(retire, async (c) => {
    const slots = await retireDayMark(deps, c.get("context"), c.req.valid("param").id);
    return c.json({ slots }, 200);
  });
  return routes;
}
