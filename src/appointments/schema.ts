import { z } from "@hono/zod-openapi";
import { channels, languages } from "../context.ts";
import { localizedText, optionalLocalizedText, plainText, uuid } from "../http/text-schema.ts";
import { instant, instantText } from "../http/time-schema.ts";
import { visitShape } from "../slots/holds/schema.ts";
import {
  appointmentStatuses,
  attendances,
  cancellers,
  cancelReasons,
  outcomes,
  supports,
} from "./appointment.ts";

const answerValue = z.union([
  plainText({ max: 2000, min: 0, isMultiline: true }),
  z.number(),
  z.boolean(),
]);

/** Answers by the code of their field. */
const answers = z
  .record(z.string().regex(/^[a-z0-9_]{1,60}$/), answerValue)
  .refine((given) => Object.keys(given).length <= 50, "at most 50 answers")
  .openapi("Answers");

const emailAddress = z.email().max(254).openapi({ example: "ada@example.org" });
const phoneNumber = plainText({ max: 40, min: 3 }).openapi({ example: "+39 06 1234 5678" });

/** A date of birth, `YYYY-MM-DD`, of the years 1900 to 2199. */
const birthDate = z.iso.date().regex(/^(19|20|21)\d\d-/, "must be in the years 1900 to 2199");

/** Who books. Only the name is needed: notices to people without contacts become phone tasks. */
export const person = z
  .strictObject({
    name: plainText({ max: 200 }),
    email: emailAddress.optional(),
    phone: phoneNumber.optional(),
    tax_code: plainText({ max: 40 }).optional(),
    birth_date: birthDate.optional(),
  })
  .openapi("Person");

/** One person of the visit, who need not be the one who books. */
const participantInput = z
  .strictObject({
    name: plainText({ max: 200 }).optional(),
    tax_code: plainText({ max: 40 }).optional(),
    birth_date: birthDate.optional(),
    answers: answers.optional(),
  })
  .openapi("ParticipantInput");

const companion = z.strictObject({ name: plainText({ max: 200 }) }).openapi("Companion");

/** Who comes and what they answered, as booking and waiting take it. */
export const bookingShape = {
  booker: person,
  participants: z.array(participantInput).max(100).optional().openapi({
    description: "For whom it is, when not (only) for the booker; at most `party_size` of them.",
  }),
  accompanied_by: companion.optional(),
  answers: answers.optional(),
  language: z
    .enum(languages)
    .optional()
    .openapi({ description: "The administration's own when not stated." }),
  invitation_code: plainText({ max: 100 }).optional(),
};

/** Books a held time, or any time that availability lists. */
export const bookBody = z
  .union([
    z.strictObject({ hold_id: uuid, ...bookingShape }),
    z.strictObject({
      ...visitShape,
      ...bookingShape,
      overbook: z
        .strictObject({ reason: plainText({ max: 500 }) })
        .optional()
        .openapi({
          description: "Staff only: book although it is full; recorded with the reason.",
        }),
    }),
  ])
  .openapi("BookAppointment");

const rescheduleShape = {
  version: z
    .int()
    .min(1)
    .optional()
    .openapi({ description: "Refused when the appointment has another version." }),
  reason: plainText({ max: 500 })
    .optional()
    .openapi({ description: "Why, of staff; kept in the audit." }),
};

/** Moves to a time held for the same services and party, or to any that availability lists. */
export const rescheduleBody = z
  .union([
    z.strictObject({ hold_id: uuid, ...rescheduleShape }),
    z.strictObject({
      starts_at: instant,
      site: visitShape.site.optional(),
      resource_id: uuid.optional(),
      ...rescheduleShape,
    }),
  ])
  .openapi("RescheduleAppointment");

export const cancelBody = z
  .strictObject({
    reason: z.enum(cancelReasons).exclude(["lapsed", "not_confirmed"]).default("cannot_come"),
    participant_ids: z.array(uuid).min(1).max(100).optional().openapi({
      description:
        "Only these people do not come; the others' appointment stays. All when not stated.",
    }),
    version: z.int().min(1).optional(),
  })
  .openapi("CancelAppointment");

export const attendanceBody = z
  .strictObject({
    participants: z
      .array(
        z.strictObject({
          id: uuid,
          attendance: z.enum(attendances),
          outcome: z
            .enum(outcomes)
            .optional()
            .openapi({ description: "Only of those who attended." }),
        }),
      )
      .min(1)
      .max(100),
    is_closed: z.boolean().default(false).openapi({ description: "Whether the visit is over." }),
  })
  .openapi("RecordAttendance");

/** The booker as stored; looser than `person`, because imported contacts are kept as they were. */
export const bookerSchema = z
  .strictObject({
    name: z.string(),
    email: z.string().optional(),
    phone: z.string().optional(),
    tax_code: z.string().optional(),
    birth_date: z.string().optional(),
  })
  .openapi("Booker");

const documentSchema = z.strictObject({
  code: z.string(),
  label: localizedText({ max: 500 }),
  participants: z
    .array(z.int())
    .nullable()
    .openapi({ description: "Positions it concerns; null: all of the visit." }),
});

const feeSchema = z.strictObject({
  label: localizedText({ max: 500 }),
  amount_cents: z.int(),
  currency: z.string(),
  quantity: z.int(),
});

const participantSchema = z.strictObject({
  id: uuid,
  position: z.int(),
  name: z.string().nullable(),
  answers,
  attendance: z.enum(attendances).nullable(),
  outcome: z.enum(outcomes).nullable(),
  cancelled_at: instantText.nullable(),
});

/** An appointment as those who may see it see it. */
export const appointmentSchema = z
  .strictObject({
    id: uuid,
    reference: z
      .string()
      .openapi({ example: "H7KC-93TX", description: "To say on the phone; no secret." }),
    status: z.enum(appointmentStatuses),
    support: z.enum(supports),
    site: z.strictObject({
      id: uuid,
      code: z.string(),
      name: localizedText({ max: 500 }),
      address: z.string(),
      phone: z.string(),
      time_zone: z.string(),
    }),
    legs: z.array(
      z.strictObject({
        service: z.strictObject({
          id: uuid,
          code: z.string(),
          name: localizedText({ max: 500 }),
          noun: z.enum(["appointment", "booking"]),
        }),
        starts_at: instantText,
        ends_at: instantText,
        resource_ids: z.array(uuid),
      }),
    ),
    starts_at: instantText,
    ends_at: instantText,
    date: z.iso.date().openapi({ description: "Local date at the site." }),
    valid_until: instantText
      .nullable()
      .openapi({ description: "The booking lapses when not used by then." }),
    party_size: z.int(),
    channel: z.enum(channels),
    language: z.enum(languages),
    is_training: z.boolean(),
    overbooking_reason: z.string().nullable(),
    version: z.int(),
    sequence: z.int(),
    can_change_until: instantText,
    can_cancel_until: instantText,
    booker: bookerSchema.nullable().openapi({ description: "Null once erased." }),
    accompanied_by: companion.nullable(),
    answers,
    participants: z.array(participantSchema),
    documents: z.array(documentSchema),
    fees: z.array(feeSchema),
    late_note: optionalLocalizedText({ max: 2000 }),
    created_at: instantText,
    updated_at: instantText,
    cancelled: z
      .strictObject({ at: instantText, by: z.enum(cancellers), reason: z.enum(cancelReasons) })
      .nullable(),
  })
  .openapi("Appointment");

export type AppointmentView = z.infer<typeof appointmentSchema>;

export const bookedSchema = z
  .strictObject({
    appointment: appointmentSchema,
    manage_token: z
      .string()
      .openapi({ description: "Secret of the citizen: reads, moves and cancels this one." }),
    manage_url: z.url(),
  })
  .openapi("BookedAppointment");
