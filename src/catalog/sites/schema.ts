import { z } from "@hono/zod-openapi";
import { pageOf } from "../../http/request-schema.ts";
import {
  code,
  localizedText,
  optionalLocalizedText,
  plainText,
  uuid,
} from "../../http/text-schema.ts";
import { timeZone } from "../../http/time-schema.ts";
import { versionSeen } from "../version-seen.ts";

const facts = {
  name: localizedText({ max: 200 }),
  address: plainText({ max: 300, min: 0, isMultiline: true }),
  phone: plainText({ max: 50, min: 0 }),
  directions: optionalLocalizedText({ max: 2_000, isMultiline: true }),
  time_zone: timeZone,
  holiday_country: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be an ISO 3166-1 code such as IT")
    .nullable(),
  holiday_region: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,20}$/, "must be a region's code such as BZ")
    .nullable(),
};

export const createSiteSchema = z
  .strictObject({
    ...facts,
    code,
    address: facts.address.default(""),
    phone: facts.phone.default(""),
    directions: facts.directions.default({}),
    holiday_country: facts.holiday_country.default(null),
    holiday_region: facts.holiday_region.default(null),
  })
  .openapi("CreateSite");

/** What is to be otherwise, and the version the caller saw. */
export const changeSiteSchema = z
  .strictObject(facts)
  .partial()
  .extend({ version: versionSeen })
  .openapi("ChangeSite");

export const siteSchema = z
  .strictObject({ ...facts, id: uuid, code, version: z.int(), is_retired: z.boolean() })
  .openapi("Site");

export const sitePageSchema = pageOf(siteSchema).openapi("SitePage");
