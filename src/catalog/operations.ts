/** What the catalogue's operations have in common in the API's description. */
import { z } from "@hono/zod-openapi";
import { conflictingChange, notAllowed, notSignedIn } from "../errors.ts";
import { problemResponses } from "../http/problem-document.ts";
import { pageQuery, queryBoolean } from "../http/request-schema.ts";
import { bearer, openToAll, requireScope } from "../http/require-scope.ts";
import { idOrCode } from "../http/text-schema.ts";
import { withEtag } from "../http/with-etag.ts";
import { retired } from "./errors.ts";

export const json = <Schema>(schema: Schema) => ({ "application/json": { schema } });

/** An operation of administrators. */
export const forCatalogKeys = { security: bearer, middleware: requireScope("catalog") };

/** A public reading that browsers may keep and ask for again by its ETag. */
export const forEverybody = { security: openToAll, middleware: withEtag };

export const notModified = { description: "Not modified since the `If-None-Match` you sent." };

export const refusedToStrangers = problemResponses(notSignedIn, notAllowed);

export const refusedChange = problemResponses(notSignedIn, notAllowed, retired, conflictingChange);

/** Path parameters of a thing that is named by its id or its code. */
export const nameParams = z.object({ id: idOrCode });

/** Query of a list that staff may see whole. */
export const pageQueryWithAll = pageQuery.extend({
  all: queryBoolean.optional().openapi({
    type: "boolean",
    description: "Also what is hidden or retired. Needs a key with the scope `catalog`.",
  }),
});
