import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../context.ts";
import { notAllowed, notSignedIn } from "../errors.ts";
import type { AppEnv } from "../http/app-env.ts";
import { problemResponses } from "../http/problem-document.ts";
import { jsonBody } from "../http/request-schema.ts";
import { createRouter } from "../http/router.ts";
import { idOrCode } from "../http/text-schema.ts";
import { localDate } from "../http/time-schema.ts";
import { WINDOW_DAYS_MAX } from "../time/expand-recurrence.ts";
import { daysBetween } from "../time/local-date.ts";
import { closureRoutes } from "./closures/routes.ts";
import { copyExceptions } from "./copying/copy-exceptions.ts";
import { copyExceptionsSchema, copyReportSchema, siteHolidaysSchema } from "./copying/schema.ts";
import { dayMarkRoutes } from "./day-marks/routes.ts";
import { listHolidays } from "./list-holidays.ts";
import { openingRoutes } from "./openings/routes.ts";
import { proposalRoutes } from "./proposals/routes.ts";
import { forScheduleKeys, json, refusedToStrangers } from "./operations.ts";

const holidays = createRoute({
  method: "get",
  path: "/holidays",
  operationId: "listHolidays",
  tags: ["holidays"],
  summary: "List the holidays of a site, where they come from and what is open nevertheless",
  ...forScheduleKeys,
  request: {
    query: z
      .strictObject({
        site: idOrCode.openapi({ description: "Id or code of a site." }),
        from: localDate,
        to: localDate,
      })
      .refine(
        ({ from, to }) => from <= to && daysBetween(from, to) < WINDOW_DAYS_MAX,
        `must be a range of at most ${WINDOW_DAYS_MAX} days`,
      ),
  },
  responses: {
    200: { description: "The holidays by date.", content: json(siteHolidaysSchema) },
    ...refusedToStrangers,
  },
});

const copy = createRoute({
  method: "post",
  path: "/copy-exceptions",
  operationId: "copyExceptions",
  tags: ["closures"],
  summary: "Copy a year's closures, extra openings and day marks to another year",
  ...forScheduleKeys,
  request: { body: jsonBody(copyExceptionsSchema) },
  responses: {
    200: { description: "What became of each.", content: json(copyReportSchema) },
    ...problemResponses(notSignedIn, notAllowed),
  },
});

/** Routes of openings, closures, day marks and holidays. */
export function schedulingRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  for (const part of [openingRoutes, closureRoutes, dayMarkRoutes, proposalRoutes])
    routes.route("/", part(deps));
  routes.openapi(holidays, async (c) => {
    return c.json(await listHolidays(deps, c.get("context"), c.req.valid("query")), 200);
  });
  routes.openapi(copy, async (c) => {
    return c.json(await copyExceptions(deps, c.get("context"), c.req.valid("json")), 200);
  });
  return routes;
}
