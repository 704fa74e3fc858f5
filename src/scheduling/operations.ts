import type { z } from "@hono/zod-openapi";
import { retired } from "../catalog/errors.ts";
import { conflictingChange, notAllowed, notSignedIn } from "../errors.ts";
import { problemResponses } from "../http/problem-document.ts";
import { pageQuery, queryBoolean } from "../http/request-schema.ts";
import { bearer, requireScope } from "../http/require-scope.ts";
import { idOrCode, uuid } from "../http/text-schema.ts";
import { localDate } from "../http/time-schema.ts";

/** An operation for secret keys that may state when what is open. */
export const forScheduleKeys = {
  security: bearer,
  middleware: requireScope("schedule"),
} as const;

/** What a key may be refused. */
export const refusedToStrangers = problemResponses(notSignedIn, notAllowed);

/** What a change may be refused besides. */
export const refusedChanges = [notSignedIn, notAllowed, retired, conflictingChange] as const;

/** Query of a list: `all` shows what was retired too. */
export const listQuery = pageQuery.extend({
  all: queryBoolean.optional().openapi({
    type: "boolean",
    description: "Whether to list what was retired too.",
  }),
  site: idOrCode.optional().openapi({ description: "Id or code of a site." }),
});

/** Query of a list of dated things. */
export const datedListQuery = listQuery.extend({
  resource: uuid.optional(),
  from: localDate.optional(),
  to: localDate.optional(),
});

/** A body of JSON in an answer. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return { "application/json": { schema } } as const;
}
