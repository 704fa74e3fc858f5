import { z } from "@hono/zod-openapi";
import { versionSeen } from "../../catalog/version-seen.ts";
import { pageOf } from "../../http/request-schema.ts";
import { localizedText, plainText, uuid } from "../../http/text-schema.ts";
import { instantText } from "../../http/time-schema.ts";

/** What can be done about a conflict. */
const conflictOptions = ["keep", "move", "cancel", "call"] as const;

export const keepSchema = z
  .strictObject({
    reason: plainText({ max: 300 }).openapi({
      description: "Why it is kept beyond capacity; goes onto the record.",
    }),
    version: versionSeen.optional(),
  })
  .openapi("KeepAppointment");

const reason = z
  .strictObject({
    kind: z.enum(["closed", "fewer_places", "not_offered"]),
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
    site: z.strictObject({
      id: uuid,
      code: z.string(),
      name: localizedText({ max: 200 }),
      time_zone: z.string(),
    }),
    service_ids: z.array(uuid),
    starts_at: instantText,
    ends_at: instantText,
    party_size: z.int(),
    has_email: z.boolean(),
    has_phone: z.boolean(),
    is_to_be_called: z.boolean().openapi({ description: "Whether an operator is to call." }),
    options: z.array(z.enum(conflictOptions)).openapi({
      description:
        "What can be done: `keep` as an overbooking, `move` (reschedule), `cancel`, `call` by an operator.",
    }),
    reasons: z.array(reason).openapi({ description: "The cells that have no place for it." }),
  })
  .openapi("AppointmentInConflict");

export const conflictPageSchema = pageOf(conflictSchema).openapi("ConflictPage");
