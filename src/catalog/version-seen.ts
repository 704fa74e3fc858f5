import { z } from "@hono/zod-openapi";

/** The version of a thing that a caller saw and wants to change. */
export const versionSeen = z
  .int()
  .min(1)
  .max(2_147_483_647)
  .openapi({ description: "The `version` you read; another one there now refuses the change." });
