import { z } from "@hono/zod-openapi";
import { pageOf } from "../../http/request-schema.ts";
import { localizedText, uuid } from "../../http/text-schema.ts";
import { versionSeen } from "../version-seen.ts";

/** What a local holiday states, besides where. */
export const holidayFacts = {
  month: z.int().min(1).max(12),
  day: z.int().min(1).max(31),
  name: localizedText({ max: 200 }),
};

export const createLocalHolidaySchema = z
  .strictObject({
    ...holidayFacts,
    site_id: uuid.nullable().default(null).openapi({
      description: "The site it concerns; without it the whole administration.",
    }),
  })
  .openapi("CreateLocalHoliday");

export const changeLocalHolidaySchema = z
  .strictObject({ name: holidayFacts.name, version: versionSeen })
  .openapi("ChangeLocalHoliday");

export const localHolidaySchema = z
  .strictObject({ ...holidayFacts, id: uuid, site_id: uuid.nullable(), version: z.int() })
  .openapi("LocalHoliday");

export const localHolidayPageSchema = pageOf(localHolidaySchema).openapi("LocalHolidayPage");
