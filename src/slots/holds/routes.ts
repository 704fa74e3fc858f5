import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { invitationNotValid } from "../../catalog/errors.ts";
import type { Deps } from "../../context.ts";
import { notAllowed, notFound } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { idempotencyKeyReused, idempotencyOf, requestInProgress } from "../../http/idempotency.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { idempotencyHeader, jsonBody } from "../../http/request-schema.ts";
import { openToAll } from "../../http/require-scope.ts";
import { createRouter } from "../../http/router.ts";
import { idParams } from "../../http/text-schema.ts";
import { channelOf } from "../channel-of.ts";
import { holdExtensionsUsed, holdNotOpen, slotProblems } from "../errors.ts";
import { extendHold } from "./extend-hold.ts";
import { readHold } from "./read-hold.ts";
import type { KeepTime } from "./hold-in-batches.ts";
import { releaseHold } from "./release-hold.ts";
import { createHoldBody, holdSchema } from "./schema.ts";

const holdReply = { content: { "application/json": { schema: holdSchema } } };

/** `POST /holds`, `GET /holds/{id}`, `POST /holds/{id}/extend`, `DELETE /holds/{id}`. Whoever knows a hold's id may act on it. */
export function holdRoutes(
  deps: Deps,
  { keepTime }: { readonly keepTime: KeepTime },
): OpenAPIHono<AppEnv> {
  const router = createRouter();
  router.openapi(createHoldRoute, async (c) => {
    const context = c.get("context");
    const body = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    const wish = {
      names: { services: body.services, site: body.site },
      startsAt: body.starts_at,
      partySize: body.party_size,
      resourceId: body.resource_id,
      channel: channelOf(context.actor, body.channel),
      client: body.client,
      invitationCode: body.invitation_code,
      idempotency: idempotencyOf(key, "POST /v1/{tenant}/holds", body),
    };
    const hold = await keepTime({ context, wish });
    return c.json(hold, 201);
  });
  router.openapi(getHoldRoute, async (c) =>
    c.json(await readHold(deps, c.get("context"), c.req.valid("param").id), 200),
  );
  router.openapi(extendHoldRoute, async (c) =>
    c.json(await extendHold(deps, c.get("context"), c.req.valid("param").id), 200),
  );
  router.openapi(releaseHoldRoute, async (c) => {
    await releaseHold(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return router;
}

const createHoldRoute = createRoute({
  method: "post",
  path: "/holds",
  operationId: "createHold",
  tags: ["booking"],
  summary: "Keep a time while the citizen fills in the form",
  security: openToAll,
  request: { headers: idempotencyHeader, body: jsonBody(createHoldBody) },
  responses: {
    201: { description: "The time is held until `expires_at`.", ...holdReply },
    ...problemResponses(
      ...slotProblems.filter(
        (problem) => problem !== holdNotOpen && problem !== holdExtensionsUsed,
      ),
      notFound,
      notAllowed,
      invitationNotValid,
      idempotencyKeyReused,
      requestInProgress,
    ),
  },
});

const getHoldRoute = createRoute({
  method: "get",
  path: "/holds/{id}",
  operationId: "getHold",
  tags: ["booking"],
  summary: "Read a hold",
  security: openToAll,
  request: { params: idParams },
  responses: { 200: { description: "The hold.", ...holdReply }, ...problemResponses(notFound) },
});

const extendHoldRoute = createRoute({
  method: "post",
  path: "/holds/{id}/extend",
  operationId: "extendHold",
  tags: ["booking"],
  summary: "Start the time of a hold anew, ten times at most",
  security: openToAll,
  request: { params: idParams },
  responses: {
    200: { description: "The hold with its new `expires_at`.", ...holdReply },
    ...problemResponses(notFound, holdNotOpen, holdExtensionsUsed),
  },
});

const releaseHoldRoute = createRoute({
  method: "delete",
  path: "/holds/{id}",
  operationId: "releaseHold",
  tags: ["booking"],
  summary: "Give a held time back",
  security: openToAll,
  request: { params: idParams },
  responses: { 204: { description: "The time is free again." }, ...problemResponses(notFound) },
});
