import { z } from "@hono/zod-openapi";
import { pageOf } from "../../http/request-schema.ts";
import { localizedText, uuid } from "../../http/text-schema.ts";
import { instantText } from "../../http/time-schema.ts";

const reason = z
  .strictObject({
    kind: z.enum(["closed", "fewer_places"]),
    resource_id: uuid,
    resource_code: z.string(),
    starts_at: instantText,
    ends_at: instantText,
    closures: z
      .array(z.strictObject({ id: uuid, code: z.string() }))
      .readonly()
      .openapi({
        description: "Closures that cover this cell; none when an opening changed or on a holiday.",
      }),
  })
  .openapi("ConflictReason");

export const conflictSchema = z
  .strictObject({
    id: uuid,
    reference: z.string(),
    version: z.int(),
    site: z.strictObject({ id: uuid, code: z.string(), name: localizedText({ max: 200 }) }),
    service_ids: z.array(uuid),
    starts_at: instantText,
    ends_at: instantText,
    party_size: z.int(),
    has_email: z.boolean(),
    has_phone: z.boolean(),
    reasons: z.array(reason).openapi({ description: "The cells that have no place for it." }),
  })
  .openapi("AppointmentInConflict");

export const conflictPageSchema = pageOf(conflictSchema).openapi("ConflictPage");
