import { createRoute, type OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Deps } from "../../context.ts";
import { conflictingChange, notAllowed, notFound, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody, pageQuery } from "../../http/request-schema.ts";
import { bearer, requireScope } from "../../http/require-scope.ts";
import { createRouter } from "../../http/router.ts";
import { idOrCode, idParams } from "../../http/text-schema.ts";
import { notBookedAnyMore, notInConflict } from "../errors.ts";
import { appointmentSchema } from "../schema.ts";
import { callAboutConflict } from "./call-about-conflict.ts";
import { keepAppointment } from "./keep-appointment.ts";
import { listConflicts } from "./list-conflicts.ts";
import type { ConflictRow } from "./queries.ts";
import { conflictPageSchema, type conflictSchema, keepSchema } from "./schema.ts";

const list = createRoute({
  method: "get",
  path: "/appointments/conflicts",
  operationId: "listConflicts",
  tags: ["appointments"],
  summary: "List appointments that have lost their places to a change of openings",
  security: bearer,
  middleware: requireScope("appointments"),
  request: {
    query: pageQuery.extend({
      site: idOrCode.optional().openapi({ description: "Id or code of a site." }),
    }),
  },
  responses: {
    200: {
      description: "A page of appointments in conflict by start, without contact data.",
      content: { "application/json": { schema: conflictPageSchema } },
    },
    ...problemResponses(notSignedIn, notAllowed),
  },
});

const keep = createRoute({
  method: "post",
  path: "/appointments/{id}/keep",
  operationId: "keepAppointment",
  tags: ["appointments"],
  summary: "Keep an appointment in conflict at its time as an overbooking",
  security: bearer,
  middleware: requireScope("appointments"),
  request: { params: idParams, body: jsonBody(keepSchema) },
  responses: {
    200: {
      description: "As it is now.",
      content: { "application/json": { schema: appointmentSchema } },
    },
    ...problemResponses(
      notSignedIn,
      notAllowed,
      notFound,
      notBookedAnyMore,
      notInConflict,
      conflictingChange,
    ),
  },
});

const call = createRoute({
  method: "post",
  path: "/appointments/{id}/call",
  operationId: "callAboutConflict",
  tags: ["appointments"],
  summary: "Have an operator call somebody whose appointment is in conflict",
  security: bearer,
  middleware: requireScope("appointments"),
  request: { params: idParams },
  responses: {
    204: { description: "The call is among the phone tasks." },
    ...problemResponses(notSignedIn, notAllowed, notFound, notBookedAnyMore, notInConflict),
  },
});

/** The routes of conflicts; to be mounted before `/appointments/{id}`, which would read it as an id. */
export function conflictRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    const page = await listConflicts(deps, c.get("context"), c.req.valid("query"));
    return c.json({ ...page, items: page.items.map(toConflict) }, 200);
  });
  routes.openapi(keep, async (c) => {
    const wish = { ...c.req.valid("param"), ...c.req.valid("json") };
    return c.json(await keepAppointment(deps, c.get("context"), wish), 200);
  });
  routes.openapi(call, async (c) => {
    await callAboutConflict(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return routes;
}

function toConflict(row: ConflictRow): z.input<typeof conflictSchema> {
  const {
    site_id: id,
    site_code: code,
    site_name: name,
    time_zone: timeZone,
    has_begun: hasBegun,
    ...rest
  } = row;
  return {
    ...rest,
    site: { id, code, name, time_zone: timeZone },
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    options: optionsOf(row.is_to_be_called, hasBegun),
    reasons: [...row.reasons],
  };
}

function optionsOf(
  isToBeCalled: boolean,
  hasBegun: boolean,
): z.input<typeof conflictSchema>["options"] {
  if (hasBegun) return ["keep", "cancel"];
  return isToBeCalled ? ["keep", "move", "cancel"] : ["keep", "move", "cancel", "call"];
}
