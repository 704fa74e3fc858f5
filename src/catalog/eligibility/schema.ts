import { z } from "@hono/zod-openapi";
import { pageOf } from "../../http/request-schema.ts";
import { code, localizedText, plainText, uuid } from "../../http/text-schema.ts";
import { versionSeen } from "../version-seen.ts";
import { ENTRIES_MAX } from "./eligibility-list.ts";

const name = localizedText({ max: 200 });

export const createEligibilityListSchema = z
  .strictObject({ code, name })
  .openapi("CreateEligibilityList");

export const changeEligibilityListSchema = z
  .strictObject({ name, version: versionSeen })
  .openapi("ChangeEligibilityList");

export const eligibilityListSchema = z
  .strictObject({ id: uuid, code, name, entry_count: z.int(), version: z.int() })
  .openapi("EligibilityList");

export const eligibilityListPageSchema =
  pageOf(eligibilityListSchema).openapi("EligibilityListPage");

/** A key as people write it; it must have a letter or digit, or nothing would be left of it. */
export const eligibilityKey = plainText({ max: 100 }).regex(
  /[\p{L}\p{N}]/u,
  "must have a letter or a digit",
);

const keys = z.array(eligibilityKey).max(ENTRIES_MAX).readonly();

export const changeEntriesSchema = z
  .strictObject({ add: keys.default([]), remove: keys.default([]) })
  .openapi("ChangeEligibilityEntries");

export const changedEntriesSchema = z
  .strictObject({ added: z.int(), removed: z.int() })
  .openapi("ChangedEligibilityEntries");
