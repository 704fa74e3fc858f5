import { z } from "@hono/zod-openapi";
import { versionSeen } from "../../catalog/version-seen.ts";
import { pageOf } from "../../http/request-schema.ts";
import { localizedText, optionalLocalizedText, uuid } from "../../http/text-schema.ts";
import { instantText, localEndTime, localTime } from "../../http/time-schema.ts";
import { changeClosureSchema, createClosureSchema } from "../closures/schema.ts";
import { changeDayMarkSchema, createDayMarkSchema } from "../day-marks/schema.ts";
import { changeOpeningSchema, createOpeningSchema } from "../openings/schema.ts";
import { dateText, datesInput } from "../schema.ts";
import { changesMax, outcomes, proposalStatuses } from "./proposal.ts";

const writtenChanges = [
  z.strictObject({ kind: z.literal("create_opening"), opening: createOpeningSchema }),
  z.strictObject({ kind: z.literal("change_opening"), id: uuid, change: changeOpeningSchema }),
  z.strictObject({ kind: z.literal("retire_opening"), id: uuid }),
  z.strictObject({ kind: z.literal("create_closure"), closure: createClosureSchema }),
  z.strictObject({ kind: z.literal("change_closure"), id: uuid, change: changeClosureSchema }),
  z.strictObject({ kind: z.literal("retire_closure"), id: uuid }),
  z.strictObject({ kind: z.literal("create_day_mark"), day_mark: createDayMarkSchema }),
  z.strictObject({ kind: z.literal("change_day_mark"), id: uuid, change: changeDayMarkSchema }),
  z.strictObject({ kind: z.literal("retire_day_mark"), id: uuid }),
  z.strictObject({
    kind: z.literal("change_services"),
    resource_id: uuid,
    service_ids: z.array(uuid).max(200).readonly(),
    version: versionSeen,
  }),
] as const;

/** A resource that is not there for a while: a closure of it, named by itself. */
const lostResource = z.strictObject({
  kind: z.literal("lose_resource"),
  resource_id: uuid,
  ...datesInput,
  start_time: localTime.default("00:00"),
  end_time: localEndTime.default("24:00"),
  reason: optionalLocalizedText({ max: 500 }).default({}),
});

const writtenChange = z.discriminatedUnion("kind", writtenChanges).openapi("ProposedChange");

/** Changes as they are kept. */
export const writtenChangesSchema = z.array(writtenChange).min(1).max(changesMax);

export const createProposalSchema = z
  .strictObject({
    changes: z
      .array(
        z.discriminatedUnion("kind", [...writtenChanges, lostResource]).openapi("ChangeToPropose", {
          description:
            "A change by the operation that would make it; `lose_resource` closes one resource for a time.",
        }),
      )
      .min(1)
      .max(changesMax),
  })
  .openapi("CreateScheduleProposal");

export const applyProposalSchema = z
  .strictObject({
    snapshot: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "must be the snapshot of the proposal")
      .openapi({ description: "The `snapshot` that was shown with the numbers." }),
  })
  .openapi("ApplyScheduleProposal");

const count = z.int().min(0);

const counts = {
  slots_gained: count,
  slots_lost: count,
  places_gained: count,
  places_lost: count,
  stays: count.openapi({ description: "Appointments that keep their place where places go." }),
  moves: count.openapi({
    description: "Appointments that go to an equivalent resource at the same time by themselves.",
  }),
  conflicts: count,
  conflicts_without_contact: count.openapi({
    description: "Of those in conflict, who can be told neither by e-mail nor by SMS.",
  }),
  returns: count.openapi({ description: "Appointments in conflict that have a place again." }),
};

const summary = {
  id: uuid,
  status: z.enum(proposalStatuses).openapi({
    description: "`applying`: too large for one transaction; the parts follow one by one.",
  }),
  snapshot: z.string().openapi({ description: "Names what is shown; applying sends it back." }),
  version: z.int(),
  totals: z.strictObject(counts).openapi("ProposalCounts"),
  holds_released: count,
  slots_examined: count,
  parts: count.openapi({ description: "While applying: how many parts there are." }),
  parts_done: count,
  created_at: instantText,
  computed_at: instantText,
  expires_at: instantText,
  started_at: instantText.nullable(),
  ended_at: instantText.nullable(),
};

export const proposalSummarySchema = z.strictObject(summary).openapi("ScheduleProposalSummary");

export const concernedSchema = z
  .strictObject({
    id: uuid,
    outcome: z.enum(outcomes),
    reference: z.string(),
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
  })
  .openapi("AppointmentConcerned");

export const proposalSchema = z
  .strictObject({
    ...summary,
    changes: z.array(writtenChange),
    days: z
      .array(z.strictObject({ site_id: uuid, date: dateText, ...counts }))
      .openapi({ description: "Days on which anything changes, by the site's calendar." }),
    sample: z
      .array(concernedSchema)
      .openapi({ description: "The first appointments that would come into conflict." }),
  })
  .openapi("ScheduleProposal");

export const proposalPageSchema = pageOf(proposalSummarySchema).openapi("ScheduleProposalPage");

export const concernedPageSchema = pageOf(concernedSchema).openapi("AppointmentConcernedPage");
