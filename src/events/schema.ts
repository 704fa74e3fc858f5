import { z } from "@hono/zod-openapi";
import { pageOf, pageQuery, queryInteger } from "../http/request-schema.ts";
import { uuid } from "../http/text-schema.ts";

const kind = z
  .string()
  .max(100)
  .regex(/^[a-z_]+\.[a-z_]+$/, "must be a thing and a verb, such as appointment.booked")
  .openapi({ example: "appointment.booked" });

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .openapi({ description: "SHA-256 in hexadecimal digits." });

const seal = z.strictObject({ seq: z.int().min(1), hash: sha256 });

export const auditEventsQuery = pageQuery.extend({
  subject_id: uuid.optional().openapi({ description: "Only events about this thing." }),
  kind: kind.optional(),
});

const auditEventSchema = z
  .strictObject({
    id: z.int().min(1),
    kind,
    subject_kind: z.string(),
    subject_id: uuid,
    actor_kind: z.enum(["citizen", "staff", "system", "import", "bulk"]),
    actor_id: z.string().nullable().openapi({ description: "The key that was used, if any." }),
    reason: z.string().nullable(),
    body: z.looseObject({}).openapi({ description: "Ids, enumerated values and numbers." }),
    request_id: z.string().nullable(),
    occurred_at: z.iso.datetime().openapi({ description: "In UTC, with microseconds." }),
    seal: seal.nullable().openapi({
      description:
        "Its place in the hash chain; null for about a second after the event. Places are not always in the order of ids.",
    }),
  })
  .openapi("AuditEvent");

export const auditEventPageSchema = pageOf(auditEventSchema).openapi("AuditEventPage");

export const verificationQuery = z.strictObject({
  from_seq: queryInteger({ min: 1, max: Number.MAX_SAFE_INTEGER })
    .optional()
    .openapi({ description: "Seal to begin with; the one before it is taken as good. Default 1." }),
});

export const auditVerificationSchema = z
  .strictObject({
    status: z.enum(["ok", "broken"]),
    from_seq: z.int().min(1),
    verified: z.int().min(0).openapi({ description: "How many seals were found good." }),
    first_broken: z
      .strictObject({
        seq: z.int().min(1),
        fault: z.enum(["seal-missing", "chain-broken", "event-missing", "event-changed"]),
      })
      .nullable(),
    next_from_seq: z
      .int()
      .nullable()
      .openapi({ description: "Ask again with it to go on; null when nothing is left." }),
    head: seal.nullable().openapi({
      description: "The newest seal. Note it elsewhere: a cut-off end shows only by comparing.",
    }),
    unsealed: z.strictObject({
      count: z.int().min(0),
      oldest_age_seconds: z.number().min(0).nullable(),
    }),
  })
  .openapi("AuditVerification");
