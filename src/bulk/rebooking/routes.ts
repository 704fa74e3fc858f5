import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { limitReached, notEligible } from "../../appointments/errors.ts";
import { bookedSchema } from "../../appointments/schema.ts";
import { invitationNotValid } from "../../catalog/errors.ts";
import type { Deps } from "../../context.ts";
import { notAllowed, notFound, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { idempotencyOf } from "../../http/idempotency.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { idempotencyHeader, jsonBody } from "../../http/request-schema.ts";
import { bearer, requireTokenOrScope } from "../../http/require-scope.ts";
import { createRouter } from "../../http/router.ts";
import { idParams } from "../../http/text-schema.ts";
import {
  channelShareUsed,
  dayUndecided,
  noSuchStart,
  noticeTooShort,
  notPublishedYet,
  slotTaken,
  walkInOnly,
} from "../../slots/errors.ts";
import { notRebookable } from "../errors.ts";
import type { BulkTools } from "../routes.ts";
import { rebookingSchema, rebookInputSchema } from "../schema.ts";
import { getRebooking } from "./get-rebooking.ts";
import { rebook } from "./rebook.ts";

const json = <Schema>(schema: Schema) => ({ "application/json": { schema } });
const forCitizens = {
  tags: ["appointments"],
  security: bearer,
  middleware: requireTokenOrScope("appointments"),
};

const readRebooking = createRoute({
  method: "get",
  path: "/appointments/{id}/rebooking",
  operationId: "getRebooking",
  summary: "See whether another time can be chosen for a visit that the administration cancelled",
  ...forCitizens,
  request: { params: idParams },
  responses: {
    200: { description: "Where it stands.", content: json(rebookingSchema) },
    ...problemResponses(notSignedIn, notAllowed, notFound),
  },
});

const chooseRebooking = createRoute({
  method: "post",
  path: "/appointments/{id}/rebook",
  operationId: "rebookAppointment",
  summary: "Choose another time for a visit that the administration cancelled",
  description:
    "Books a visit for the same people, once. In the stated time also at places that are kept back from others.",
  ...forCitizens,
  request: { params: idParams, headers: idempotencyHeader, body: jsonBody(rebookInputSchema) },
  responses: {
    201: { description: "It is booked.", content: json(bookedSchema) },
    ...problemResponses(
      notSignedIn,
      notAllowed,
      notFound,
      notRebookable,
      limitReached,
      notEligible,
      invitationNotValid,
      slotTaken,
      noSuchStart,
      notPublishedYet,
      noticeTooShort,
      walkInOnly,
      dayUndecided,
      channelShareUsed,
    ),
  },
});

/** Routes with which citizens choose another time for a visit that the administration cancelled. */
export function rebookingRoutes(deps: Deps, { publicUrl }: BulkTools): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(readRebooking, async (c) => {
    const found = await getRebooking(deps, c.get("context"), c.req.valid("param").id);
    return c.json(
      {
        state: found.state,
        until: found.until.toISOString(),
        new_appointment_id: found.newAppointmentId,
      },
      200,
    );
  });
  routes.openapi(chooseRebooking, async (c) => {
    const { id } = c.req.valid("param");
    const { starts_at: startsAt, site } = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    const request = { id, startsAt: startsAt.toISOString(), site: site ?? null };
    const booked = await rebook(deps, c.get("context"), {
      id,
      startsAt,
      site,
      idempotency: idempotencyOf(key, "POST /v1/{tenant}/appointments/{id}/rebook", request),
    });
    const { appointment, manageToken } = booked;
    return c.json(
      { appointment, manage_token: manageToken, manage_url: `${publicUrl}/m/${manageToken}` },
      201,
    );
  });
  return routes;
}
