import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { codeTaken } from "../../catalog/errors.ts";
import type { Deps } from "../../context.ts";
import { notAllowed, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody, pageQuery, queryBoolean } from "../../http/request-schema.ts";
import { createRouter } from "../../http/router.ts";
import { idParams } from "../../http/text-schema.ts";
import { schedulingProblems } from "../errors.ts";
import { forScheduleKeys, json, refusedChanges, refusedToStrangers } from "../operations.ts";
import { applyProposal } from "./apply-proposal.ts";
import { createProposal } from "./create-proposal.ts";
import { dropProposal } from "./drop-proposal.ts";
import { proposalOver, proposalProblems, proposalStale } from "./errors.ts";
import { getProposal } from "./get-proposal.ts";
import { listConcernedBy } from "./list-concerned.ts";
import { listProposals } from "./list-proposals.ts";
import { outcomes, proposalStatuses } from "./proposal.ts";
import {
  applyProposalSchema,
  concernedPageSchema,
  createProposalSchema,
  proposalPageSchema,
  proposalSchema,
} from "./schema.ts";

const tags = ["schedule proposals"];

const create = createRoute({
  method: "post",
  path: "/schedule-proposals",
  operationId: "createScheduleProposal",
  tags,
  summary: "Compute what changes of openings, closures and day marks would do, without effect",
  ...forScheduleKeys,
  request: { body: jsonBody(createProposalSchema) },
  responses: {
    201: {
      description: "What it would do; it is kept for 24 hours.",
      content: json(proposalSchema),
    },
    ...problemResponses(...refusedChanges, codeTaken, ...schedulingProblems, ...proposalProblems),
  },
});

const list = createRoute({
  method: "get",
  path: "/schedule-proposals",
  operationId: "listScheduleProposals",
  tags,
  summary: "List proposals, the newest first",
  ...forScheduleKeys,
  request: { query: pageQuery.extend({ status: z.enum(proposalStatuses).optional() }) },
  responses: {
    200: { description: "A page of proposals.", content: json(proposalPageSchema) },
    ...refusedToStrangers,
  },
});

const read = createRoute({
  method: "get",
  path: "/schedule-proposals/{id}",
  operationId: "readScheduleProposal",
  tags,
  summary: "Read a proposal with its days and the first appointments in conflict",
  ...forScheduleKeys,
  request: { params: idParams },
  responses: {
    200: { description: "The proposal.", content: json(proposalSchema) },
    ...refusedToStrangers,
  },
});

const concerned = createRoute({
  method: "get",
  path: "/schedule-proposals/{id}/appointments",
  operationId: "listAppointmentsConcerned",
  tags,
  summary: "List the appointments that a proposal concerns, and what becomes of each",
  ...forScheduleKeys,
  request: {
    params: idParams,
    query: pageQuery.extend({
      outcome: z.enum(outcomes).optional(),
      has_contact: queryBoolean.optional().openapi({
        type: "boolean",
        description: "Whether they can be told by e-mail or SMS.",
      }),
    }),
  },
  responses: {
    200: {
      description: "A page of appointments by start, without contact data.",
      content: json(concernedPageSchema),
    },
    ...refusedToStrangers,
  },
});

const apply = createRoute({
  method: "post",
  path: "/schedule-proposals/{id}/apply",
  operationId: "applyScheduleProposal",
  tags,
  summary: "Apply a proposal, if nobody is worse off than was shown",
  ...forScheduleKeys,
  request: { params: idParams, body: jsonBody(applyProposalSchema) },
  responses: {
    200: { description: "It is applied, or being applied.", content: json(proposalSchema) },
    ...problemResponses(
      ...refusedChanges,
      codeTaken,
      ...schedulingProblems,
      proposalStale,
      proposalOver,
    ),
  },
});

const drop = createRoute({
  method: "delete",
  path: "/schedule-proposals/{id}",
  operationId: "dropScheduleProposal",
  tags,
  summary: "Drop a proposal",
  ...forScheduleKeys,
  request: { params: idParams },
  responses: {
    204: { description: "It is dropped, or has expired." },
    ...problemResponses(notSignedIn, notAllowed, proposalOver),
  },
});

/** Routes of proposals. */
export function proposalRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(create, async (c) => {
    return c.json(await createProposal(deps, c.get("context"), c.req.valid("json")), 201);
  });
  routes.openapi(list, async (c) => {
    return c.json(await listProposals(deps, c.get("context"), c.req.valid("query")), 200);
  });
  routes.openapi(read, async (c) => {
    return c.json(await getProposal(deps, c.get("context"), c.req.valid("param").id), 200);
  });
  routes.openapi(concerned, async (c) => {
    const input = { ...c.req.valid("param"), request: c.req.valid("query") };
    return c.json(await listConcernedBy(deps, c.get("context"), input), 200);
  });
  routes.openapi(apply, async (c) => {
    const input = { ...c.req.valid("param"), ...c.req.valid("json") };
    return c.json(await applyProposal(deps, c.get("context"), input), 200);
  });
  routes.openapi(drop, async (c) => {
    await dropProposal(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return routes;
}
