import { z } from "@hono/zod-openapi";
import { pageOf } from "../../http/request-schema.ts";
import { uuid } from "../../http/text-schema.ts";
import { versionSeen } from "../version-seen.ts";
import { countedThings, limitPeriods } from "./service-limit.ts";

const countMax = z.int().min(1).max(1_000);

/** What a limit states. */
export const limitFacts = {
  key_source: z
    .string()
    .regex(/^(person|field:[a-z][a-z0-9_]{0,59})$/, "must be person or field:<code>")
    .openapi({ example: "field:waste_tax_number" }),
  count_max: countMax,
  counted: z.enum(countedThings),
  period: z.enum(limitPeriods).openapi({
    description: "`open` counts visits still to come; `rolling` any span of `rolling_days`.",
  }),
  rolling_days: z.int().min(1).max(731).nullable(),
};

export const createServiceLimitSchema = z
  .strictObject({
    ...limitFacts,
    service_id: uuid,
    counted: limitFacts.counted.default("appointments"),
    rolling_days: limitFacts.rolling_days.default(null),
  })
  .openapi("CreateServiceLimit");

export const changeServiceLimitSchema = z
  .strictObject({ count_max: countMax, version: versionSeen })
  .openapi("ChangeServiceLimit");

export const serviceLimitSchema = z
  .strictObject({
    ...limitFacts,
    id: uuid,
    service_id: uuid,
    version: z.int(),
    is_retired: z.boolean(),
  })
  .openapi("ServiceLimit");

export const serviceLimitPageSchema = pageOf(serviceLimitSchema).openapi("ServiceLimitPage");
