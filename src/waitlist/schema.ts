import { z } from "@hono/zod-openapi";
import { bookerSchema, bookingShape } from "../appointments/schema.ts";
import { channels, languages } from "../context.ts";
import { pageOf } from "../http/request-schema.ts";
import { idOrCode, localizedText, plainText, uuid } from "../http/text-schema.ts";
import { instantText, localDate, localEndTime, localTime } from "../http/time-schema.ts";
import { phoneTaskOutcomes } from "../messages/phone-tasks/phone-task.ts";
import { noteLengthMax } from "../reminders/phone/call-note.ts";
import { entryStatuses } from "./entries/entry.ts";
import { answerMinutesMin, callOutcomes, offerStatuses, offerWays } from "./offers/offer.ts";

const { booker, participants, accompanied_by, answers, language } = bookingShape;
const weekday = z.int().min(1).max(7);
/** From a place on the list of services to the longest wish. */
const weekdaysMax = 7;

const wishShape = {
  sites: z.array(idOrCode).min(1).max(20).optional().openapi({
    description: "Ids or codes; every site that offers the services when not stated.",
  }),
  from: localDate.optional().openapi({ description: "First day; today when not stated." }),
  to: localDate.openapi({ description: "Last day, at most 400 days ahead." }),
  weekdays: z.array(weekday).min(1).max(weekdaysMax).optional().openapi({
    description: "1 is Monday; every day when not stated.",
  }),
  from_time: localTime.optional().openapi({ description: "The visit starts from then on." }),
  to_time: localEndTime.optional().openapi({ description: "The visit starts before then." }),
  channel: z
    .enum(channels)
    .optional()
    .openapi({ description: "Stated by staff; `web` for everybody else." }),
  has_priority: z.boolean().optional().openapi({ description: "Stated by staff only." }),
};

/** Waits for a place; or, with an appointment, for an earlier one that is exchanged for it. */
export const joinBody = z
  .union([
    z.strictObject({
      services: z.array(idOrCode).min(1).max(5),
      party_size: z.int().min(1).max(100).default(1),
      ...wishShape,
      booker,
      participants,
      accompanied_by,
      answers,
      language,
    }),
    z.strictObject({ appointment_id: uuid, ...wishShape }),
  ])
  .openapi("JoinWaitlist");

const offerOfEntry = z.strictObject({
  id: uuid,
  status: z.enum(offerStatuses),
  way: z.enum(offerWays),
  site_id: uuid,
  starts_at: instantText,
  ends_at: instantText,
  answer_by: instantText,
  is_shared: z.boolean().openapi({ description: "Others are asked too: the first has it." }),
  is_taken: z.boolean().openapi({ description: "Somebody else who was asked too was faster." }),
  appointment_id: uuid.nullable(),
});

/** A wish as its holder and the office see it. */
export const entrySchema = z
  .strictObject({
    id: uuid,
    status: z.enum(entryStatuses),
    services: z.array(
      z.strictObject({
        id: uuid,
        code: z.string(),
        name: localizedText({ max: 500 }),
        noun: z.enum(["appointment", "booking"]),
      }),
    ),
    sites: z.array(
      z.strictObject({
        id: uuid,
        code: z.string(),
        name: localizedText({ max: 500 }),
        address: z.string(),
        phone: z.string(),
        time_zone: z.string(),
      }),
    ),
    from: z.iso.date(),
    to: z.iso.date(),
    weekdays: z.array(weekday),
    from_time: z.string(),
    to_time: z.string(),
    party_size: z.int(),
    channel: z.enum(channels),
    language: z.enum(languages),
    has_priority: z.boolean(),
    appointment_id: uuid
      .nullable()
      .openapi({ description: "The appointment that it would be exchanged for." }),
    booker: bookerSchema.nullable().openapi({ description: "Null once erased." }),
    lapses: z.int().openapi({ description: "Offers that passed without an answer." }),
    waiting_since: instantText.openapi({ description: "Its place in the order." }),
    created_at: instantText,
    ended_at: instantText.nullable(),
    version: z.int(),
    offer: offerOfEntry.nullable().openapi({ description: "The latest one." }),
  })
  .openapi("WaitlistEntry");

export type EntryView = z.infer<typeof entrySchema>;

export const joinedSchema = z
  .strictObject({
    entry: entrySchema,
    token: z
      .string()
      .openapi({ description: "Secret of the citizen: reads and withdraws this one, answers." }),
    url: z.url(),
  })
  .openapi("JoinedWaitlist");

export const entryPageSchema = pageOf(entrySchema).openapi("WaitlistEntryPage");

const offerShape = {
  id: uuid,
  status: z.enum(offerStatuses),
  entry_id: uuid,
  way: z.enum(offerWays),
  site_id: uuid,
  service_ids: z.array(uuid),
  party_size: z.int(),
  starts_at: instantText,
  ends_at: instantText,
  answer_by: instantText,
  appointment_id: uuid.nullable(),
  calls: z.int(),
  call_outcome: z.enum(callOutcomes).nullable(),
  created_at: instantText,
  ended_at: instantText.nullable(),
};

export const offerSchema = z.strictObject(offerShape).openapi("WaitlistOffer");
export type OfferView = z.infer<typeof offerSchema>;

export const offerPageSchema = pageOf(offerSchema).openapi("WaitlistOfferPage");

export const acceptedSchema = z
  .strictObject({
    appointment_id: uuid,
    manage_token: z.string().openapi({ description: "Of the appointment; see there." }),
    manage_url: z.url(),
  })
  .openapi("AcceptedOffer");

export const callSchema = z
  .strictObject({
    offer: offerSchema,
    name: z.string().nullable(),
    phone: z.string().nullable(),
    words: z.strictObject({
      date: z.string(),
      time: z.string(),
      site: z.string(),
      until: z.string(),
      text: z.string().nullable().openapi({
        description: "What to say in full: the words of the e-mail, without links.",
      }),
      text_language: z.enum(languages).nullable(),
    }),
    notes: z
      .array(
        z.strictObject({ outcome: z.enum(phoneTaskOutcomes), note: z.string(), at: instantText }),
      )
      .openapi({ description: "What was noted of earlier calls, the oldest first." }),
  })
  .openapi("WaitlistCall");

export const callOutcomeBody = z
  .strictObject({
    outcome: z.enum(callOutcomes),
    note: plainText({ max: noteLengthMax }).optional().openapi({
      description: "For whoever calls next; deleted after thirty days.",
    }),
  })
  .openapi("WaitlistCallOutcome");

/** How a service's waitlist works, as it is stated. */
export const settingsShape = {
  is_on: z.boolean(),
  people_per_place: z.int().min(1).max(20).openapi({
    description: "How many people one place is offered to at once; the first who accepts has it.",
  }),
  answer_minutes: z.int().min(answerMinutesMin).max(10_080).openapi({
    description: "How long an offer can be answered where there is time enough.",
  }),
  lapses_max: z.int().min(1).max(10).openapi({
    description: "So many offers may pass without an answer; then the wish ends.",
  }),
};

export const settingsSchema = z
  .strictObject({
    service_id: uuid,
    version: z.int().min(0).openapi({ description: "0: nothing was stated." }),
    ...settingsShape,
  })
  .openapi("WaitlistSettings");

export const putSettingsBody = z
  .strictObject({
    ...settingsShape,
    version: z.int().min(0).max(2_147_483_647).openapi({
      description: "The `version` you read; 0 where nothing was stated.",
    }),
  })
  .openapi("PutWaitlistSettings");
