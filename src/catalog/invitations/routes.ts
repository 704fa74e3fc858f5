import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../../context.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { jsonBody, pageQuery } from "../../http/request-schema.ts";
import { createRouter } from "../../http/router.ts";
import { idParams, uuid } from "../../http/text-schema.ts";
import { forCatalogKeys, json, refusedToStrangers } from "../operations.ts";
import { createInvitations } from "./create-invitations.ts";
import { listInvitations } from "./list-invitations.ts";
import { revokeInvitation } from "./revoke-invitation.ts";
import {
  createInvitationsSchema,
  invitationPageSchema,
  issuedInvitationsSchema,
} from "./schema.ts";

const tags = ["invitations"];

const create = createRoute({
  method: "post",
  path: "/invitations",
  operationId: "createInvitations",
  tags,
  summary: "Issue invitation codes for a service",
  description: "The codes are in this answer only. Sending the request again issues others.",
  ...forCatalogKeys,
  request: { body: jsonBody(createInvitationsSchema) },
  responses: {
    201: { description: "The codes.", content: json(issuedInvitationsSchema) },
    ...refusedToStrangers,
  },
});

const list = createRoute({
  method: "get",
  path: "/invitations",
  operationId: "listInvitations",
  tags,
  summary: "List invitations, without their codes",
  ...forCatalogKeys,
  request: { query: pageQuery.extend({ service_id: uuid.optional() }) },
  responses: {
    200: {
      description: "A page of invitations, oldest first.",
      content: json(invitationPageSchema),
    },
    ...refusedToStrangers,
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/invitations/{id}",
  operationId: "revokeInvitation",
  tags,
  summary: "Revoke an invitation; what was booked with it stays",
  ...forCatalogKeys,
  request: { params: idParams },
  responses: { 204: { description: "It opens nothing any more." }, ...refusedToStrangers },
});

/** Routes of invitation codes. */
export function invitationRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(create, async (c) => {
    const items = await createInvitations(deps, c.get("context"), c.req.valid("json"));
    return c.json({ items }, 201);
  });
  routes.openapi(list, async (c) => {
    const { service_id: serviceId = null, ...page } = c.req.valid("query");
    return c.json(await listInvitations(deps, c.get("context"), { ...page, serviceId }), 200);
  });
  routes.openapi(revoke, async (c) => {
    await revokeInvitation(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return routes;
}
