import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../context.ts";
import { notAllowed, notSignedIn } from "../errors.ts";
import type { AppEnv } from "../http/app-env.ts";
import { problemResponses } from "../http/problem-document.ts";
import { bearer, requireScope } from "../http/require-scope.ts";
import { createRouter } from "../http/router.ts";
import { listAuditEvents } from "./list-audit-events.ts";
import {
  auditEventPageSchema,
  auditEventsQuery,
  auditVerificationSchema,
  verificationQuery,
} from "./schema.ts";
import { verifyAudit } from "./verify-audit.ts";

const tags = ["audit"];
const forAuditKeys = { security: bearer, middleware: requireScope("audit") };
const refusedToStrangers = problemResponses(notSignedIn, notAllowed);

const list = createRoute({
  method: "get",
  path: "/audit-events",
  operationId: "listAuditEvents",
  tags,
  summary: "Read who did what to what, when and why",
  description:
    "The newest first. An event whose transaction ended late can appear below ones that were listed before.",
  ...forAuditKeys,
  request: { query: auditEventsQuery },
  responses: {
    200: {
      description: "A page of events.",
      content: { "application/json": { schema: auditEventPageSchema } },
    },
    ...refusedToStrangers,
  },
});

const verify = createRoute({
  method: "get",
  path: "/audit-events/verification",
  operationId: "verifyAuditEvents",
  tags,
  summary: "Recompute the hash chain of the audit",
  description:
    "Looks at up to 20,000 seals; go on with `next_from_seq`. A seal's hash is the SHA-256 of the previous seal's hash (32 bytes) followed by the event in canonical JSON (RFC 8785, UTF-8), with the members `tenant_id`, `id`, `kind`, `subject_kind`, `subject_id`, `actor_kind`, `actor_id`, `reason`, `body`, `request_id` and `occurred_at`. The first seal follows the SHA-256 of `sportello audit chain 1`.",
  ...forAuditKeys,
  request: { query: verificationQuery },
  responses: {
    200: {
      description: "What the seals say.",
      content: { "application/json": { schema: auditVerificationSchema } },
    },
    ...refusedToStrangers,
  },
});

/** Seals one request looks at: some seconds of work. */
const SEALS_PER_REQUEST_MAX = 20_000;

/** Routes of the audit. */
export function auditRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    return c.json(await listAuditEvents(deps, c.get("context"), c.req.valid("query")), 200);
  });
  routes.openapi(verify, async (c) => {
    const { tenant, signal } = c.get("context");
    const { from_seq: fromSeq } = c.req.valid("query");
    const request = { fromSeq, countMax: SEALS_PER_REQUEST_MAX, signal };
    const verification = await deps.db.inTenant(
      tenant.id,
      (trx) => verifyAudit(trx, tenant.id, request),
      { isReadOnly: true, signal },
    );
    return c.json(verification, 200);
  });
  return routes;
}
