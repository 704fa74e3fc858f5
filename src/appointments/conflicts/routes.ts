import { createRoute, type OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Deps } from "../../context.ts";
import { notAllowed, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { pageQuery } from "../../http/request-schema.ts";
import { bearer, requireScope } from "../../http/require-scope.ts";
import { createRouter } from "../../http/router.ts";
import { idOrCode } from "../../http/text-schema.ts";
import { listConflicts } from "./list-conflicts.ts";
import type { ConflictRow } from "./queries.ts";
import { conflictPageSchema, type conflictSchema } from "./schema.ts";

const list = createRoute({
  method: "get",
  path: "/appointments/conflicts",
  operationId: "listConflicts",
  tags: ["appointments"],
  summary: "List appointments that have lost their places to a change of openings",
  security: bearer,
  middleware: requireScope("appointments"),
  request: {
    query: pageQuery.extend({
      site: idOrCode.optional().openapi({ description: "Id or code of a site." }),
    }),
  },
  responses: {
    200: {
      description: "A page of appointments in conflict by start, without contact data.",
      content: { "application/json": { schema: conflictPageSchema } },
    },
    ...problemResponses(notSignedIn, notAllowed),
  },
});

/** The route of conflicts; to be mounted before `/appointments/{id}`, which would read it as an id. */
export function conflictRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    const page = await listConflicts(deps, c.get("context"), c.req.valid("query"));
    return c.json({ ...page, items: page.items.map(toConflict) }, 200);
  });
  return routes;
}

function toConflict(row: ConflictRow): z.input<typeof conflictSchema> {
  const { site_id: id, site_code: code, site_name: name, ...rest } = row;
  return {
    ...rest,
    site: { id, code, name },
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    reasons: [...row.reasons],
  };
}
