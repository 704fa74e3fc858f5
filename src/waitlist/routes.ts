import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import {
  limitReached,
  notBookedAnyMore,
  notEligible,
  tooLateToChange,
} from "../appointments/errors.ts";
import type { Deps, RequestContext } from "../context.ts";
import { conflictingChange, notAllowed, notFound, notSignedIn } from "../errors.ts";
import type { AppEnv } from "../http/app-env.ts";
import { idempotencyKeyReused, idempotencyOf, requestInProgress } from "../http/idempotency.ts";
import { problemResponses } from "../http/problem-document.ts";
import {
  idempotencyHeader,
  jsonBody,
  pageQuery,
  queryBoolean,
  queryInteger,
} from "../http/request-schema.ts";
import { bearer, openToAll, requireScope, requireWaitingOrScope } from "../http/require-scope.ts";
import { createRouter } from "../http/router.ts";
import { idOrCode, idParams } from "../http/text-schema.ts";
import { taskNotYours } from "../reminders/errors.ts";
import { channelOf } from "../slots/channel-of.ts";
import { offerNotOpen, partyTooLarge } from "../slots/errors.ts";
import { toLocalDate } from "../time/local-date.ts";
import { toLocalEndTime, toLocalTime } from "../time/local-time.ts";
import { settleOfferCall } from "./calls/settle-call.ts";
import { type OfferCall, takeCall } from "./calls/take-call.ts";
import { entryStatuses } from "./entries/entry.ts";
import { getEntry } from "./entries/get-entry.ts";
import { type JoinWaitlist, joinWaitlist } from "./entries/join-waitlist.ts";
import { entriesPageMax, listWaitlist } from "./entries/list-entries.ts";
import { withdrawEntry } from "./entries/withdraw-entry.ts";
import { alreadyWaiting, notWaiting, waitlistNotOffered } from "./errors.ts";
import { acceptOffer } from "./offers/accept-offer.ts";
import { declineOffer } from "./offers/decline-offer.ts";
import { listOffers } from "./offers/list-offers.ts";
import { offerStatuses, offerWays } from "./offers/offer.ts";
import { offerView } from "./offers/offer-view.ts";
import {
  acceptedSchema,
  callOutcomeBody,
  callSchema,
  entryPageSchema,
  entrySchema,
  joinBody,
  joinedSchema,
  offerPageSchema,
  offerSchema,
  putSettingsBody,
  settingsSchema,
} from "./schema.ts";
import { getWaitlistSettings } from "./settings/get-settings.ts";
import { putWaitlistSettings } from "./settings/put-settings.ts";

const tags = ["waitlist"];
const json = <Schema>(schema: Schema) => ({ "application/json": { schema } });
const forOffice = { tags, security: bearer, middleware: requireScope("appointments") };
const forAdministrators = { tags, security: bearer, middleware: requireScope("admin") };
const forHolders = { tags, security: bearer, middleware: requireWaitingOrScope("appointments") };
const refusedIds = problemResponses(notSignedIn, notAllowed, notFound);

const join = createRoute({
  method: "post",
  path: "/waitlist-entries",
  operationId: "joinWaitlist",
  tags,
  summary: "Wait for a place, or for an earlier one than an appointment has",
  description:
    "What the booking will ask for is judged now. With an `appointment_id` an accepted offer moves that appointment; only its citizen or the office may ask for that.",
  security: openToAll,
  request: { headers: idempotencyHeader, body: jsonBody(joinBody) },
  responses: {
    201: {
      description: "It waits. The token is the citizen's secret.",
      content: json(joinedSchema),
    },
    ...problemResponses(
      waitlistNotOffered,
      alreadyWaiting,
      partyTooLarge,
      notEligible,
      notBookedAnyMore,
      notFound,
      notAllowed,
      idempotencyKeyReused,
      requestInProgress,
    ),
  },
});

const list = createRoute({
  method: "get",
  path: "/waitlist-entries",
  operationId: "listWaitlistEntries",
  summary: "List who waits, by when they began to",
  ...forOffice,
  request: {
    query: pageQuery.extend({
      limit: queryInteger({ min: 1, max: entriesPageMax }).optional(),
      status: z.enum(entryStatuses).optional(),
      service: idOrCode.optional(),
      site: idOrCode.optional(),
    }),
  },
  responses: {
    200: { description: "A page of wishes.", content: json(entryPageSchema) },
    ...refusedIds,
  },
});

const read = createRoute({
  method: "get",
  path: "/waitlist-entries/{id}",
  operationId: "getWaitlistEntry",
  summary: "Read a wish and its latest offer",
  ...forHolders,
  request: { params: idParams },
  responses: { 200: { description: "The wish.", content: json(entrySchema) }, ...refusedIds },
});

const withdraw = createRoute({
  method: "post",
  path: "/waitlist-entries/{id}/withdraw",
  operationId: "withdrawWaitlistEntry",
  summary: "Wait no longer; an open offer goes to the next",
  ...forHolders,
  request: { params: idParams },
  responses: {
    200: { description: "The wish as it is now.", content: json(entrySchema) },
    ...problemResponses(notSignedIn, notAllowed, notFound, notWaiting),
  },
});

const listAllOffers = createRoute({
  method: "get",
  path: "/waitlist-offers",
  operationId: "listWaitlistOffers",
  summary: "List offers, also those that an operator should call about",
  ...forOffice,
  request: {
    query: pageQuery.extend({
      status: z.enum(offerStatuses).optional(),
      way: z.enum(offerWays).optional(),
      is_to_call: queryBoolean.optional(),
    }),
  },
  responses: {
    200: { description: "A page of offers.", content: json(offerPageSchema) },
    ...problemResponses(notSignedIn, notAllowed),
  },
});

const accept = createRoute({
  method: "post",
  path: "/waitlist-offers/{id}/accept",
  operationId: "acceptWaitlistOffer",
  summary: "Take the offered place; a repetition answers the same",
  ...forHolders,
  request: { params: idParams },
  responses: {
    200: { description: "It is booked, or moved.", content: json(acceptedSchema) },
    ...problemResponses(
      notSignedIn,
      notAllowed,
      notFound,
      offerNotOpen,
      limitReached,
      notEligible,
      notBookedAnyMore,
      tooLateToChange,
    ),
  },
});

const decline = createRoute({
  method: "post",
  path: "/waitlist-offers/{id}/decline",
  operationId: "declineWaitlistOffer",
  summary: "Leave the offered place to the next; the wish keeps its place in the order",
  ...forHolders,
  request: { params: idParams },
  responses: {
    200: { description: "The offer as it is now.", content: json(offerSchema) },
    ...problemResponses(notSignedIn, notAllowed, notFound, offerNotOpen),
  },
});

const call = createRoute({
  method: "post",
  path: "/waitlist-offers/{id}/call",
  operationId: "takeWaitlistCall",
  summary:
    "Take the call about an offer for a quarter of an hour; says whom to call and what to say",
  ...forOffice,
  request: { params: idParams },
  responses: {
    200: { description: "It is yours.", content: json(callSchema) },
    ...problemResponses(notSignedIn, notAllowed, notFound, taskNotYours),
  },
});

const callOutcome = createRoute({
  method: "post",
  path: "/waitlist-offers/{id}/call-outcome",
  operationId: "settleWaitlistCall",
  summary: "Note what came of the call about an offer",
  ...forOffice,
  request: { params: idParams, body: jsonBody(callOutcomeBody) },
  responses: {
    200: { description: "The offer as it is now.", content: json(offerSchema) },
    ...problemResponses(notSignedIn, notAllowed, notFound, taskNotYours),
  },
});

const readSettings = createRoute({
  method: "get",
  path: "/services/{id}/waitlist",
  operationId: "getWaitlistSettings",
  summary: "Read how a service's waitlist works",
  ...forAdministrators,
  request: { params: z.object({ id: idOrCode }) },
  responses: {
    200: { description: "What holds.", content: json(settingsSchema) },
    ...refusedIds,
  },
});

const putSettings = createRoute({
  method: "put",
  path: "/services/{id}/waitlist",
  operationId: "putWaitlistSettings",
  summary: "State how a service's waitlist works",
  description: "It holds for offers that are made from now on.",
  ...forAdministrators,
  request: { params: z.object({ id: idOrCode }), body: jsonBody(putSettingsBody) },
  responses: {
    200: { description: "As it is now.", content: json(settingsSchema) },
    ...problemResponses(notSignedIn, notAllowed, notFound, conflictingChange),
  },
});

/** Routes of the waitlist. `publicUrl` starts the links given to citizens. */
export function waitlistRoutes(
  deps: Deps,
  { publicUrl }: { readonly publicUrl: string },
): OpenAPIHono<AppEnv> {
  const router = createRouter();
  mountEntries(router, deps, publicUrl);
  mountOffers(router, deps, publicUrl);
  mountSettings(router, deps);
  return router;
}

function mountEntries(router: OpenAPIHono<AppEnv>, deps: Deps, publicUrl: string): void {
  router.openapi(join, async (c) => {
    const body = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    const idempotency = idempotencyOf(key, "POST /v1/{tenant}/waitlist-entries", body);
    const wish = { ...wishOf(c.get("context"), body), idempotency };
    const { entry, token } = await joinWaitlist(deps, c.get("context"), wish);
    return c.json({ entry, token, url: `${publicUrl}/w/${token}` }, 201);
  });
  router.openapi(list, async (c) =>
    c.json(await listWaitlist(deps, c.get("context"), c.req.valid("query")), 200),
  );
  router.openapi(read, async (c) =>
    c.json(await getEntry(deps, c.get("context"), c.req.valid("param").id), 200),
  );
  router.openapi(withdraw, async (c) =>
    c.json(await withdrawEntry(deps, c.get("context"), c.req.valid("param").id), 200),
  );
}

function mountOffers(router: OpenAPIHono<AppEnv>, deps: Deps, publicUrl: string): void {
  router.openapi(listAllOffers, async (c) => {
    const { is_to_call: isToCall, ...query } = c.req.valid("query");
    return c.json(await listOffers(deps, c.get("context"), { ...query, isToCall }), 200);
  });
  router.openapi(accept, async (c) => {
    const accepted = await acceptOffer(deps, c.get("context"), c.req.valid("param").id);
    const { appointmentId, manageToken } = accepted;
    const url = `${publicUrl}/m/${manageToken}`;
    return c.json(
      { appointment_id: appointmentId, manage_token: manageToken, manage_url: url },
      200,
    );
  });
  router.openapi(decline, async (c) =>
    c.json(offerView(await declineOffer(deps, c.get("context"), c.req.valid("param").id)), 200),
  );
  router.openapi(call, async (c) => {
    const taken = await takeCall(deps, c.get("context"), c.req.valid("param").id);
    return c.json(callBody(taken), 200);
  });
  router.openapi(callOutcome, async (c) => {
    const wish = { id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(offerView(await settleOfferCall(deps, c.get("context"), wish)), 200);
  });
}

function callBody({ offer, spoken, notes, words, name, phone }: OfferCall) {
  return {
    offer: offerView(offer),
    name,
    phone,
    words: { ...words, text: spoken?.text ?? null, text_language: spoken?.language ?? null },
    notes: notes.map(({ outcome, note, at }) => ({ outcome, note, at: at.toISOString() })),
  };
}

function mountSettings(router: OpenAPIHono<AppEnv>, deps: Deps): void {
  router.openapi(readSettings, async (c) =>
    c.json(await getWaitlistSettings(deps, c.get("context"), c.req.valid("param").id), 200),
  );
  router.openapi(putSettings, async (c) => {
    const { version, ...settings } = c.req.valid("json");
    const wish = { service: c.req.valid("param").id, version, settings };
    return c.json(await putWaitlistSettings(deps, c.get("context"), wish), 200);
  });
}

function wishOf(context: RequestContext, body: z.output<typeof joinBody>): JoinWaitlist {
  const { from, to, from_time: fromTime, to_time: toTime } = body;
  return {
    what: whatOf(context, body),
    sites: body.sites,
    fromOn: from === undefined ? undefined : toLocalDate(from),
    toOn: toLocalDate(to),
    weekdays: body.weekdays,
    fromTime: fromTime === undefined ? undefined : toLocalTime(fromTime),
    toTime: toTime === undefined ? undefined : toLocalEndTime(toTime),
    channel: channelOf(context.actor, body.channel),
    hasPriority: body.has_priority ?? false,
  };
}

function whatOf({ tenant }: RequestContext, body: z.output<typeof joinBody>): JoinWaitlist["what"] {
  if ("appointment_id" in body) return { appointmentId: body.appointment_id };
  return {
    services: body.services,
    partySize: body.party_size,
    language: body.language ?? tenant.defaultLanguage,
    people: {
      booker: body.booker,
      participants: body.participants ?? [],
      accompaniedBy: body.accompanied_by,
      answers: body.answers ?? {},
    },
  };
}
