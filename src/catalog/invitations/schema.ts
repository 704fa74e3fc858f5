import { z } from "@hono/zod-openapi";
import { pageOf } from "../../http/request-schema.ts";
import { uuid } from "../../http/text-schema.ts";
import { instant, instantText } from "../../http/time-schema.ts";

export const createInvitationsSchema = z
  .strictObject({
    service_id: uuid,
    count: z.int().min(1).max(1_000),
    uses_max: z.int().min(1).max(100_000).default(1),
    expires_at: instant.nullable().default(null),
  })
  .openapi("CreateInvitations");

export const issuedInvitationsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        id: uuid,
        code: z.string().openapi({
          description: "Shown now and never again.",
          example: "K7QM-2XWB-9TFA",
        }),
      }),
    ),
  })
  .openapi("IssuedInvitations");

const invitationSchema = z
  .strictObject({
    id: uuid,
    service_id: uuid,
    uses_max: z.int(),
    uses: z.int(),
    expires_at: instantText.nullable(),
    is_revoked: z.boolean(),
  })
  .openapi("Invitation");

export const invitationPageSchema = pageOf(invitationSchema).openapi("InvitationPage");
