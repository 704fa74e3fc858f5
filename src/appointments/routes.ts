import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { invitationNotValid } from "../catalog/errors.ts";
import type { Deps } from "../context.ts";
import { conflictingChange, notAllowed, notFound, notSignedIn } from "../errors.ts";
import type { AppEnv } from "../http/app-env.ts";
import { idempotencyKeyReused, idempotencyOf, requestInProgress } from "../http/idempotency.ts";
import { problemResponses } from "../http/problem-document.ts";
import {
  idempotencyHeader,
  jsonBody,
  pageOf,
  pageQuery,
  queryInteger,
} from "../http/request-schema.ts";
import { bearer, openToAll, requireScope, requireTokenOrScope } from "../http/require-scope.ts";
import { createRouter } from "../http/router.ts";
import { idOrCode, idParams, plainText } from "../http/text-schema.ts";
import { localDate } from "../http/time-schema.ts";
import { channelOf } from "../slots/channel-of.ts";
import { holdNotOpen, slotProblems } from "../slots/errors.ts";
import { appointmentStatuses } from "./appointment.ts";
import type { Book } from "./batch/book-in-batches.ts";
import type { BookAppointment } from "./book-appointment.ts";
import { cancelAppointment } from "./cancel-appointment.ts";
import {
  limitReached,
  notBegunYet,
  notBookedAnyMore,
  notEligible,
  tooLateToChange,
} from "./errors.ts";
import { getAppointment } from "./get-appointment.ts";
import { getCalendar } from "./get-calendar.ts";
import { listAppointments, listLimitMax } from "./list-appointments.ts";
import { recordAttendance } from "./record-attendance.ts";
import { rescheduleAppointment } from "./reschedule-appointment.ts";
import {
  appointmentSchema,
  attendanceBody,
  bookBody,
  bookedSchema,
  cancelBody,
  rescheduleBody,
} from "./schema.ts";

const tags = ["appointments"];
const reply = { content: { "application/json": { schema: appointmentSchema } } };

/** Booking, and everything about one appointment. `publicUrl` starts the links given to citizens; `book` gathers. */
export function appointmentRoutes(
  deps: Deps,
  { publicUrl, book }: { readonly publicUrl: string; readonly book: Book },
): OpenAPIHono<AppEnv> {
  const router = createRouter();
  router.openapi(bookRoute, async (c) => {
    const context = c.get("context");
    const body = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    const wish = {
      ...people(body, context.tenant.defaultLanguage),
      time:
        "hold_id" in body
          ? { holdId: body.hold_id }
          : { ...wantedTime(body), channel: channelOf(context.actor, body.channel) },
      idempotency: idempotencyOf(key, "POST /v1/{tenant}/appointments", body),
    };
    const { appointment, manageToken } = await book({ context, wish });
    return c.json(
      { appointment, manage_token: manageToken, manage_url: `${publicUrl}/m/${manageToken}` },
      201,
    );
  });
  router.openapi(listRoute, async (c) => {
    const { tax_code: taxCode, ...query } = c.req.valid("query");
    return c.json(await listAppointments(deps, c.get("context"), { ...query, taxCode }), 200);
  });
  router.openapi(getRoute, async (c) =>
    c.json(await getAppointment(deps, c.get("context"), c.req.valid("param").id), 200),
  );
  router.openapi(calendarRoute, async (c) => {
    const text = await getCalendar(deps, c.get("context"), c.req.valid("param").id);
    return c.body(text, 200, {
      "Content-Type": "text/calendar; charset=utf-8",
      "Content-Disposition": 'attachment; filename="appointment.ics"',
    });
  });
  router.openapi(rescheduleRoute, async (c) => {
    const { id } = c.req.valid("param");
    const body = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    const wish = {
      id,
      time:
        "hold_id" in body
          ? { holdId: body.hold_id }
          : { startsAt: body.starts_at, site: body.site, resourceId: body.resource_id },
      version: body.version,
      reason: body.reason,
      idempotency: idempotencyOf(key, "POST /v1/{tenant}/appointments/{id}/reschedule", {
        id,
        body,
      }),
    };
    return c.json(await rescheduleAppointment(deps, c.get("context"), wish), 200);
  });
  router.openapi(cancelRoute, async (c) => {
    const { id } = c.req.valid("param");
    const body = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    const wish = {
      id,
      reason: body.reason,
      participantIds: body.participant_ids,
      version: body.version,
      idempotency: idempotencyOf(key, "POST /v1/{tenant}/appointments/{id}/cancel", { id, body }),
    };
    return c.json(await cancelAppointment(deps, c.get("context"), wish), 200);
  });
  router.openapi(attendanceRoute, async (c) => {
    const body = c.req.valid("json");
    const wish = {
      id: c.req.valid("param").id,
      changes: body.participants.map((one) => ({ ...one, outcome: one.outcome ?? null })),
      isClosed: body.is_closed,
    };
    return c.json(await recordAttendance(deps, c.get("context"), wish), 200);
  });
  return router;
}

type BookBody = z.infer<typeof bookBody>;

function people(body: BookBody, defaultLanguage: BookAppointment["language"]) {
  return {
    booker: body.booker,
    participants: body.participants ?? [],
    accompaniedBy: body.accompanied_by,
    answers: body.answers ?? {},
    language: body.language ?? defaultLanguage,
    invitationCode: body.invitation_code,
  };
}

function wantedTime(body: Exclude<BookBody, { hold_id: string }>) {
  return {
    names: { services: body.services, site: body.site },
    startsAt: body.starts_at,
    partySize: body.party_size,
    resourceId: body.resource_id,
    overbookingReason: body.overbook?.reason,
  };
}

const repeatable = [idempotencyKeyReused, requestInProgress] as const;

const bookRoute = createRoute({
  method: "post",
  path: "/appointments",
  operationId: "bookAppointment",
  tags,
  summary: "Book a held time, or any time that availability lists",
  description:
    "Complete without e-mail, phone, account or tax code. Send an `Idempotency-Key` and repeat safely.",
  security: openToAll,
  request: { headers: idempotencyHeader, body: jsonBody(bookBody) },
  responses: {
    201: {
      description: "Booked. The manage token is the citizen's secret.",
      content: { "application/json": { schema: bookedSchema } },
    },
    ...problemResponses(
      ...slotProblems,
      limitReached,
      notEligible,
      invitationNotValid,
      notFound,
      notAllowed,
      ...repeatable,
    ),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/appointments",
  operationId: "listAppointments",
  tags,
  summary: "Find appointments by day, reference, name or contact",
  security: bearer,
  middleware: requireScope("appointments"),
  request: {
    query: pageQuery.extend({
      site: idOrCode.optional(),
      date: localDate.optional(),
      status: z.enum(appointmentStatuses).optional(),
      reference: plainText({ max: 20 }).optional(),
      name: plainText({ max: 200 }).optional(),
      phone: plainText({ max: 40 }).optional(),
      email: plainText({ max: 254 }).optional(),
      tax_code: plainText({ max: 40 }).optional(),
      limit: queryInteger({ min: 1, max: listLimitMax }).optional(),
    }),
  },
  responses: {
    200: {
      description: "Appointments by start.",
      content: {
        "application/json": { schema: pageOf(appointmentSchema).openapi("AppointmentPage") },
      },
    },
    ...problemResponses(notFound, notSignedIn, notAllowed),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/appointments/{id}",
  operationId: "getAppointment",
  tags,
  summary: "Read an appointment",
  security: bearer,
  middleware: requireTokenOrScope("appointments"),
  request: { params: idParams },
  responses: {
    200: { description: "The appointment.", ...reply },
    ...problemResponses(notSignedIn, notAllowed, notFound),
  },
});

const calendarRoute = createRoute({
  method: "get",
  path: "/appointments/{id}/calendar.ics",
  operationId: "getAppointmentCalendar",
  tags,
  summary: "The appointment as a calendar file",
  security: bearer,
  middleware: requireTokenOrScope("appointments"),
  request: { params: idParams },
  responses: {
    200: {
      description: "iCalendar; METHOD:CANCEL once cancelled.",
      content: { "text/calendar": { schema: z.string() } },
    },
    ...problemResponses(notSignedIn, notAllowed, notFound),
  },
});

const rescheduleRoute = createRoute({
  method: "post",
  path: "/appointments/{id}/reschedule",
  operationId: "rescheduleAppointment",
  tags,
  summary: "Move an appointment to another time",
  security: bearer,
  middleware: requireTokenOrScope("appointments"),
  request: { params: idParams, headers: idempotencyHeader, body: jsonBody(rescheduleBody) },
  responses: {
    200: { description: "The appointment at its new time.", ...reply },
    ...problemResponses(
      ...slotProblems,
      tooLateToChange,
      notBookedAnyMore,
      conflictingChange,
      limitReached,
      notSignedIn,
      notAllowed,
      notFound,
      ...repeatable,
    ),
  },
});

const cancelRoute = createRoute({
  method: "post",
  path: "/appointments/{id}/cancel",
  operationId: "cancelAppointment",
  tags,
  summary: "Cancel an appointment, or some people of it",
  security: bearer,
  middleware: requireTokenOrScope("appointments"),
  request: { params: idParams, headers: idempotencyHeader, body: jsonBody(cancelBody) },
  responses: {
    200: { description: "The appointment as it is now.", ...reply },
    ...problemResponses(
      tooLateToChange,
      notBookedAnyMore,
      conflictingChange,
      holdNotOpen,
      notSignedIn,
      notAllowed,
      notFound,
      ...repeatable,
    ),
  },
});

const attendanceRoute = createRoute({
  method: "post",
  path: "/appointments/{id}/attendance",
  operationId: "recordAttendance",
  tags,
  summary: "Record who came and what came of it",
  security: bearer,
  middleware: requireScope("appointments"),
  request: { params: idParams, body: jsonBody(attendanceBody) },
  responses: {
    200: { description: "The appointment as it is now.", ...reply },
    ...problemResponses(notBegunYet, notBookedAnyMore, notSignedIn, notAllowed, notFound),
  },
});
