import { z } from "@hono/zod-openapi";
import { pageOf } from "../../http/request-schema.ts";
import { code, localizedText, optionalLocalizedText, uuid } from "../../http/text-schema.ts";
import { localTime } from "../../http/time-schema.ts";
import { fieldScopes, fieldTypes } from "../answers.ts";
import { CONDITION_DEPTH_MAX, type Condition } from "../condition.ts";
import { versionSeen } from "../version-seen.ts";
import { nouns, visibilities } from "./service.ts";

/** A field's name in answers and conditions. */
const fieldCode = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,59}$/, "must be lower-case letters, digits and underscores, 60 at most")
  .openapi({ example: "waste_tax_number" });

const label = localizedText({ max: 200 });
const longText = optionalLocalizedText({ max: 2_000, isMultiline: true });
const finite = z.number().min(-1e9).max(1e9);
const minutes = (max: number) => z.int().min(0).max(max);

/** Each depth has its own schema, so that no nesting of the sender's recurses here. */
const condition = conditionOfDepth(CONDITION_DEPTH_MAX);

function conditionOfDepth(depth: number): z.ZodType<Condition> {
  const single = z.union([
    z.strictObject({
      field: fieldCode,
      equals: z.union([z.string().max(200), finite, z.boolean()]),
    }),
    z.strictObject({ party_size_min: z.int().min(1).max(100) }),
  ]);
  if (depth === 1) return single.openapi("Condition1");
  const parts = z
    .array(conditionOfDepth(depth - 1))
    .min(1)
    .max(10);
  return z
    .union([single, z.strictObject({ all: parts }), z.strictObject({ any: parts })])
    .openapi(depth === CONDITION_DEPTH_MAX ? "Condition" : `Condition${depth}`);
}

const when = condition.optional();

const customField = z
  .strictObject({
    code: fieldCode,
    label,
    help: optionalLocalizedText({ max: 500 }).optional(),
    type: z.enum(fieldTypes),
    scope: z.enum(fieldScopes).default("booking"),
    is_required: z.boolean().default(false),
    min: finite.optional(),
    max: finite.optional(),
    max_length: z.int().min(1).max(2_000).optional(),
    choices: z.array(z.strictObject({ code, label })).min(1).max(100).readonly().optional(),
    days_after_visit_max: z.int().min(0).max(3_660).optional(),
    when,
  })
  .openapi("CustomField");

const documentToBring = z.strictObject({ code, label, when }).openapi("DocumentToBring");

const fee = z
  .strictObject({
    code,
    label,
    amount_cents: z.int().min(0).max(10_000_000),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "must be a currency code such as EUR")
      .default("EUR"),
    is_per_visit: z.boolean().default(false),
    when,
  })
  .openapi("Fee");

const horizonDays = z.int().min(0).max(730);

const portions = z
  .strictObject({
    pattern: z.array(z.int().min(0).max(9)).min(1).max(60).readonly(),
    portions: z
      .array(z.strictObject({ horizon_days: horizonDays, time: localTime }))
      .min(1)
      .max(10)
      .readonly(),
  })
  .openapi("PublicationPortions");

const validUntilRule = z
  .strictObject({
    weekdays: z.array(z.int().min(1).max(7)).min(1).max(7).readonly(),
    time: localTime,
  })
  .openapi("ValidUntilRule");

const role = z.string().regex(/^[a-z][a-z_]{0,30}$/, "must be lower-case letters and underscores");

const facts = {
  name: label,
  description: longText,
  noun: z.enum(nouns),
  visibility: z.enum(visibilities),
  duration_minutes: z.int().min(1).max(1_440),
  extra_minutes_per_person: minutes(1_440),
  buffer_before_minutes: minutes(480),
  buffer_after_minutes: minutes(480),
  places_per_person: z.int().min(0).max(10),
  party_size_max: z.int().min(1).max(100),
  roles: z.array(role).min(1).max(4).readonly(),
  leg_gap_max_minutes: minutes(480),
  notice_minutes: minutes(129_600),
  horizon_days: horizonDays,
  publication_time: localTime,
  publication_portions: portions.nullable(),
  cancel_limit_minutes: minutes(129_600),
  change_limit_minutes: minutes(129_600),
  hold_ttl_seconds: z.int().min(30).max(3_600),
  is_scarce: z.boolean(),
  cool_down_seconds: z.int().min(0).max(86_400),
  valid_until_rules: z.array(validUntilRule).max(7).readonly(),
  eligibility_list_id: uuid.nullable(),
  eligibility_field: fieldCode.nullable(),
  fields: z.array(customField).max(40).readonly(),
  documents: z.array(documentToBring).max(40).readonly(),
  fees: z.array(fee).max(20).readonly(),
  late_note: longText,
};

/** What a new service states; what it leaves out is the plain case. */
export const createServiceSchema = z
  .strictObject({
    ...facts,
    code,
    description: facts.description.default({}),
    noun: facts.noun.default("appointment"),
    visibility: facts.visibility.default("public"),
    extra_minutes_per_person: facts.extra_minutes_per_person.default(0),
    buffer_before_minutes: facts.buffer_before_minutes.default(0),
    buffer_after_minutes: facts.buffer_after_minutes.default(0),
    places_per_person: facts.places_per_person.default(0),
    party_size_max: facts.party_size_max.default(1),
    roles: facts.roles.default(["desk"]),
    leg_gap_max_minutes: facts.leg_gap_max_minutes.default(30),
    notice_minutes: facts.notice_minutes.default(0),
    horizon_days: facts.horizon_days.default(60),
    publication_time: facts.publication_time.default("00:00"),
    publication_portions: facts.publication_portions.default(null),
    cancel_limit_minutes: facts.cancel_limit_minutes.default(0),
    change_limit_minutes: facts.change_limit_minutes.default(0),
    hold_ttl_seconds: facts.hold_ttl_seconds.default(180),
    is_scarce: facts.is_scarce.default(false),
    cool_down_seconds: facts.cool_down_seconds.default(0),
    valid_until_rules: facts.valid_until_rules.default([]),
    eligibility_list_id: facts.eligibility_list_id.default(null),
    eligibility_field: facts.eligibility_field.default(null),
    fields: facts.fields.default([]),
    documents: facts.documents.default([]),
    fees: facts.fees.default([]),
    late_note: facts.late_note.default({}),
  })
  .openapi("CreateService");

/** What is to be otherwise, and the version the caller saw. */
export const changeServiceSchema = z
  .strictObject(facts)
  .partial()
  .extend({ version: versionSeen })
  .openapi("ChangeService");

export const serviceSchema = z
  .strictObject({
    ...facts,
    id: uuid,
    code,
    version: z.int(),
    is_retired: z.boolean(),
    needs_invitation: z.boolean().openapi({ description: "Booking it takes an invitation code." }),
  })
  .openapi("Service");

export const servicePageSchema = pageOf(serviceSchema).openapi("ServicePage");
