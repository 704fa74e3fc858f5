import { z } from "@hono/zod-openapi";
import { versionSeen } from "../../catalog/version-seen.ts";
import { pageOf } from "../../http/request-schema.ts";
import { code, optionalLocalizedText, uuid } from "../../http/text-schema.ts";
import { localEndTime, localTime } from "../../http/time-schema.ts";
import { datedInput, datedShape, datesInput, followUpSchema } from "../schema.ts";

const reason = optionalLocalizedText({ max: 500 }).openapi({
  description: "Shown to citizens.",
});
const times = { start_time: localTime, end_time: localEndTime };

export const createClosureSchema = z
  .strictObject({
    ...datedInput,
    code,
    start_time: times.start_time.default("00:00"),
    end_time: times.end_time.default("24:00"),
    reason: reason.default({}),
  })
  .openapi("CreateClosure");

/** What is to be otherwise, and the version the caller saw. Whom it concerns stays. */
export const changeClosureSchema = z
  .strictObject({
    ...datesInput,
    ...times,
    reason,
  })
  .partial()
  .extend({ version: versionSeen })
  .openapi("ChangeClosure");

export const closureSchema = z
  .strictObject({
    ...datedShape,
    ...times,
    reason,
    id: uuid,
    code,
    version: z.int(),
    is_retired: z.boolean(),
  })
  .openapi("Closure");

export const closurePageSchema = pageOf(closureSchema).openapi("ClosurePage");

export const changedClosureSchema = z
  .strictObject({ closure: closureSchema, slots: followUpSchema })
  .openapi("ChangedClosure");
