import { z } from "@hono/zod-openapi";
import { idOrCode, localizedText, uuid } from "../../http/text-schema.ts";
import { dateText, followUpSchema } from "../schema.ts";
import { copyMethods } from "./shift-dates.ts";

const year = z.int().min(2_000).max(2_198);
const kind = z.enum(["closure", "extra_opening", "day_mark"]);

export const copyExceptionsSchema = z
  .strictObject({
    from_year: year,
    to_year: year,
    method: z.enum(copyMethods).openapi({
      description:
        "`same_date`: 24 December stays 24 December. `same_weekday`: the second Monday of August stays the second Monday of August.",
    }),
    kinds: z.array(kind).min(1).max(3).readonly().default(["closure", "extra_opening", "day_mark"]),
    site: idOrCode.optional().openapi({ description: "Id or code; without it everything." }),
    is_dry_run: z.boolean().default(true).openapi({
      description: "Tells what would happen and changes nothing.",
    }),
  })
  .refine(({ from_year: from, to_year: to }) => from !== to, {
    path: ["to_year"],
    message: "must be another year",
  })
  .openapi("CopyExceptions");

/** A holiday in an answer. */
const holidayShape = {
  date: dateText,
  name: localizedText({ max: 500 }),
  origin: z.enum(["national", "regional", "local"]),
};

export const copyReportSchema = z
  .strictObject({
    is_dry_run: z.boolean(),
    items: z
      .array(
        z.strictObject({
          kind,
          source: z.strictObject({
            id: uuid,
            code: z.string(),
            starts_on: dateText,
            ends_on: dateText,
          }),
          code: z.string(),
          starts_on: dateText.nullable(),
          ends_on: dateText.nullable(),
          outcome: z.enum(["copied", "exists", "refused"]),
          reason: z.string().nullable().openapi({
            description: "`no-such-date`, or the name of a problem such as `opening-hindered`.",
          }),
          holidays: z.array(z.strictObject(holidayShape)).readonly(),
        }),
      )
      .readonly(),
    slots: followUpSchema.optional(),
  })
  .openapi("CopyReport");

export const siteHolidaysSchema = z
  .strictObject({
    site: z.strictObject({ id: uuid, code: z.string() }),
    place: z.strictObject({
      country: z.string(),
      region: z.string().nullable(),
      is_known: z.boolean().openapi({
        description: "False when the country or region is unknown, so that holidays are missing.",
      }),
    }),
    items: z
      .array(
        z.strictObject({
          ...holidayShape,
          open_anyway: z
            .array(z.strictObject({ id: uuid, code: z.string() }))
            .readonly()
            .openapi({
              description: "Openings that run on this day although it is a holiday.",
            }),
        }),
      )
      .readonly(),
  })
  .openapi("SiteHolidays");
