import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Actor } from "../../context.ts";
import { notAllowed, notFound, notSignedIn } from "../../errors.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import type { FrontAnswers } from "../../http/front-answers.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { openToAll } from "../../http/require-scope.ts";
import { createRouter } from "../../http/router.ts";
import { sendJson } from "../../http/send-json.ts";
import { isClerk } from "../is-clerk.ts";
import { channelOf } from "../channel-of.ts";
import { partyTooLarge } from "../errors.ts";
import { type Answer, createAnswerCache } from "./answer-cache.ts";
import type { AvailabilityDeps } from "./availability.ts";
import { availabilityText, nextStartsView } from "./availability-view.ts";
import { sightNextStarts } from "./find-next-starts.ts";
import type { Sighting } from "./lookout.ts";
import {
  availabilityQuery,
  availabilitySchema,
  nextStartsQuery,
  nextStartsSchema,
} from "./schema.ts";
import { judgeDays } from "./search-availability.ts";

/** `GET /availability` and `GET /availability/next`. */
export function availabilityRoutes(
  deps: AvailabilityDeps,
  { front }: { readonly front?: FrontAnswers | undefined },
): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const answers = deps.availability?.answers ?? createAnswerCache();
  const send = (c: AppContext, written: Answer, sighting: Sighting) => {
    const { availability } = deps;
    if (front && availability) {
      front.keep(c, written, { headers: freshness, ...availability.lookout.watch(sighting) });
    }
    return sendJson(c, written, freshness);
  };
  router.openapi(searchRoute, async (c) => {
    const { tenant, actor } = c.get("context");
    const { from, to, ...wish } = c.req.valid("query");
    const query = { ...wishOf(actor, wish), from, to };
    const { found, sighting } = await judgeDays(deps, tenant, query);
    const name = JSON.stringify([tenant.id, query]);
    const write = (): string => availabilityText(found.days);
    return send(c, answers.get(name, found.days, write), sighting);
  });
  router.openapi(nextRoute, async (c) => {
    const { tenant, actor } = c.get("context");
    const { limit, ...wish } = c.req.valid("query");
    const query = { ...wishOf(actor, wish), countMax: limit };
    const { found, sighting } = await sightNextStarts(deps, tenant, query);
    const name = JSON.stringify([tenant.id, query]);
    const write = (): string => JSON.stringify(nextStartsView(found));
    return send(c, answers.get(name, [found], write), sighting);
  });
  return router;
}

/** Whoever keeps an answer must ask whether it still holds: a second is all that it may be old. */
const freshness = { "Cache-Control": "no-cache", Vary: "Authorization" };

interface SentWish {
  readonly service: readonly string[];
  readonly site?: string | undefined;
  readonly party_size: number;
  readonly channel?: Parameters<typeof channelOf>[1];
}

function wishOf(actor: Actor, { service, site, party_size, channel }: SentWish) {
  return {
    serviceIds: service,
    siteId: site ?? null,
    partySize: party_size,
    channel: channelOf(actor, channel),
    isStaff: isClerk(actor),
  };
}

const refused = problemResponses(notFound, notAllowed, notSignedIn, partyTooLarge);
const notModified = { description: "Not modified since the `If-None-Match` you sent." };

const searchRoute = createRoute({
  method: "get",
  path: "/availability",
  operationId: "searchAvailability",
  tags: ["booking"],
  summary: "Find the free times of some days",
  security: openToAll,
  request: { query: availabilityQuery },
  responses: {
    200: {
      description:
        "Every date of the range for every site that offers the services; at most one second old.",
      content: { "application/json": { schema: availabilitySchema } },
    },
    304: notModified,
    ...refused,
  },
});

const nextRoute = createRoute({
  method: "get",
  path: "/availability/next",
  operationId: "findNextStarts",
  tags: ["booking"],
  summary: "Find the next free times",
  security: openToAll,
  request: { query: nextStartsQuery },
  responses: {
    200: {
      description: "The earliest free times up to the horizon; at most one second old.",
      content: { "application/json": { schema: nextStartsSchema } },
    },
    304: notModified,
    ...refused,
  },
});
