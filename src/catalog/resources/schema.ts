import { z } from "@hono/zod-openapi";
import { pageOf } from "../../http/request-schema.ts";
import { code, localizedText, uuid } from "../../http/text-schema.ts";
import { CELL_MINUTES_MAX, CELL_MINUTES_MIN } from "../../time/cells.ts";
import { versionSeen } from "../version-seen.ts";

const facts = {
  name: localizedText({ max: 200 }),
  role: z
    .string()
    .regex(/^[a-z][a-z_]{0,30}$/, "must be lower-case letters and underscores")
    .openapi({ example: "desk" }),
  cell_minutes: z.int().min(CELL_MINUTES_MIN).max(CELL_MINUTES_MAX).openapi({
    description: "Length of its slots.",
  }),
  is_choosable: z.boolean(),
  service_ids: z.array(uuid).max(200).readonly(),
};

export const createResourceSchema = z
  .strictObject({
    ...facts,
    code,
    site_id: uuid,
    role: facts.role.default("desk"),
    is_choosable: facts.is_choosable.default(false),
    service_ids: facts.service_ids.default([]),
  })
  .openapi("CreateResource");

/** What is to be otherwise, and the version the caller saw. A resource does not move to another site. */
export const changeResourceSchema = z
  .strictObject(facts)
  .partial()
  .extend({ version: versionSeen })
  .openapi("ChangeResource");

export const resourceSchema = z
  .strictObject({
    ...facts,
    id: uuid,
    code,
    site_id: uuid,
    version: z.int(),
    is_retired: z.boolean(),
  })
  .openapi("Resource");

export const resourcePageSchema = pageOf(resourceSchema).openapi("ResourcePage");
