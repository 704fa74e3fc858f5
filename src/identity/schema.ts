import { z } from "@hono/zod-openapi";
import { languages, scopes } from "../context.ts";
import { pageOf } from "../http/request-schema.ts";
import { language, localizedText, plainText, uuid } from "../http/text-schema.ts";
import { instant, instantText, timeZone } from "../http/time-schema.ts";
import { apiKeyKinds } from "./api-key-token.ts";

const contact = z
  .strictObject({
    phone: plainText({ max: 50 }).optional(),
    email: z.email().max(254).optional(),
    address: plainText({ max: 300, isMultiline: true }).optional(),
    url: z
      .url({ protocol: /^https?$/ })
      .max(300)
      .optional(),
  })
  .openapi("TenantContact");

const holidayCountry = z.string().regex(/^[A-Z]{2}$/, "must be an ISO 3166-1 code such as IT");
const holidayRegion = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,20}$/, "must be a region's code such as BZ");

export const tenantSchema = z
  .strictObject({
    id: uuid,
    slug: z.string(),
    name: localizedText({ max: 200 }),
    languages: z.array(language),
    default_language: language,
    time_zone: z.string(),
    holiday_country: z.string(),
    holiday_region: z.string().nullable(),
    contact,
    is_training: z
      .boolean()
      .openapi({ description: "In training nothing is sent and everything is marked." }),
    version: z.int(),
  })
  .openapi("Tenant");

export const changeTenantSchema = z
  .strictObject({
    version: z.int().min(1).max(2_147_483_647),
    name: localizedText({ max: 200 }).optional(),
    languages: z.array(language).min(1).max(languages.length).optional(),
    default_language: language.optional(),
    time_zone: timeZone.optional(),
    holiday_country: holidayCountry.optional(),
    holiday_region: holidayRegion.nullable().optional(),
    contact: contact.optional(),
    is_training: z.boolean().optional(),
  })
  .openapi("ChangeTenant");
export type ChangeTenant = z.infer<typeof changeTenantSchema>;

const scope = z.enum(scopes).openapi("Scope");
const kind = z.enum(apiKeyKinds).openapi("ApiKeyKind");

export const createApiKeySchema = z
  .strictObject({
    kind,
    name: plainText({ max: 100 }),
    scopes: z.array(scope).max(scopes.length).default([]),
    expires_at: instant.optional(),
  })
  .refine(
    (key) => (key.kind === "secret") === key.scopes.length > 0,
    "A secret key needs scopes and a publishable one has none",
  )
  .openapi("CreateApiKey");

const apiKeyFields = {
  id: uuid,
  kind,
  name: z.string(),
  scopes: z.array(scope),
  created_at: instantText,
  expires_at: instantText.nullable(),
  last_used_on: z.iso.date().nullable().openapi({ description: "The last day (UTC) it was used." }),
  revoked_at: instantText.nullable(),
};

const apiKeySchema = z.strictObject(apiKeyFields).openapi("ApiKey");
export const apiKeyPageSchema = pageOf(apiKeySchema).openapi("ApiKeyPage");
export const createdApiKeySchema = z
  .strictObject({
    ...apiKeyFields,
    token: z.string().openapi({ description: "Shown now and never again." }),
  })
  .openapi("CreatedApiKey");
