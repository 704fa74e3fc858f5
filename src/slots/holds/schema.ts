import { z } from "@hono/zod-openapi";
import { channels } from "../../context.ts";
import { idOrCode, plainText, uuid } from "../../http/text-schema.ts";
import { instant, instantText } from "../../http/time-schema.ts";

/** The parts of a request that name a visit: shared by holds and bookings. */
export const visitShape = {
  services: z
    .array(idOrCode)
    .min(1)
    .max(5)
    .openapi({
      description: "Ids or codes, in the order of the visit.",
      example: ["carta-identita"],
    }),
  site: idOrCode.openapi({ description: "Id or code.", example: "municipio" }),
  starts_at: instant,
  party_size: z.int().min(1).max(100).default(1),
  resource_id: uuid.optional().openapi({ description: "Only where the resource can be chosen." }),
  channel: z
    .enum(channels)
    .optional()
    .openapi({ description: "Stated by staff; `web` for everybody else." }),
};

export const createHoldBody = z
  .strictObject({
    ...visitShape,
    client: plainText({ max: 100, min: 8 }).optional().openapi({
      description:
        "A random name of the browser; its earlier hold for the same services is replaced.",
    }),
    invitation_code: plainText({ max: 100 }).optional(),
  })
  .openapi("CreateHold");

export const holdSchema = z
  .strictObject({
    id: uuid,
    status: z.enum(["open", "confirmed", "released", "expired"]),
    site_id: uuid,
    service_ids: z.array(uuid),
    party_size: z.int(),
    channel: z.enum(channels),
    starts_at: instantText,
    ends_at: instantText,
    expires_at: instantText,
    extensions_left: z.int().min(0).max(10),
  })
  .openapi("Hold");
