import { z } from "@hono/zod-openapi";
import { versionSeen } from "../../catalog/version-seen.ts";
import { pageOf } from "../../http/request-schema.ts";
import { code, uuid } from "../../http/text-schema.ts";
import { datedInput, datedShape, datesInput, followUpSchema, openingMode } from "../schema.ts";

export const createDayMarkSchema = z
  .strictObject({ ...datedInput, code, mode: openingMode })
  .openapi("CreateDayMark");

/** What is to be otherwise, and the version the caller saw. Whom it concerns stays. */
export const changeDayMarkSchema = z
  .strictObject({
    ...datesInput,
    mode: openingMode,
  })
  .partial()
  .extend({ version: versionSeen })
  .openapi("ChangeDayMark");

export const dayMarkSchema = z
  .strictObject({
    ...datedShape,
    mode: openingMode,
    id: uuid,
    code,
    version: z.int(),
    is_retired: z.boolean(),
  })
  .openapi("DayMark");

export const dayMarkPageSchema = pageOf(dayMarkSchema).openapi("DayMarkPage");

export const changedDayMarkSchema = z
  .strictObject({ day_mark: dayMarkSchema, slots: followUpSchema })
  .openapi("ChangedDayMark");
