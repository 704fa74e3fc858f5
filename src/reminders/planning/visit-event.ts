import { z } from "zod";
import type { EventRow, PlannedEventKind } from "../queries.ts";
import type { VisitEvent } from "./visit.ts";

const kinds: Readonly<Record<PlannedEventKind, VisitEvent["kind"]>> = {
  "appointment.booked": "booked",
  "appointment.rescheduled": "rescheduled",
  "appointment.cancelled": "cancelled",
  "appointment.closed": "closed",
  "appointment.noticed": "noticed",
};

const moveBody = z.object({
  // Events that an earlier version wrote do not say who moved it; then the citizen is told as if the office had.
  by: z.enum(["citizen", "staff"]).default("staff"),
  from_site_id: z.uuid(),
  from_starts_at: z.iso.datetime(),
  site_id: z.uuid(),
  starts_at_ms: z.number(),
});

const operationBody = z.object({ operation_id: z.uuid(), is_urgent: z.boolean().default(false) });

function operationOf({ body }: EventRow): VisitEvent["operation"] {
  if (body["operation_id"] === undefined) return null;
  const { operation_id: id, is_urgent: isUrgent } = operationBody.parse(body);
  return { id, isUrgent };
}

/** An outbox event as planning understands it. */
export function visitEventOf(row: EventRow): VisitEvent {
  const body = row.kind === "appointment.rescheduled" ? moveBody.parse(row.body) : undefined;
  return {
    kind: kinds[row.kind],
    version: row.subject_version,
    at: row.created_at.getTime(),
    operation: operationOf(row),
    move: body
      ? {
          isByCitizen: body.by === "citizen",
          fromStartsAt: Date.parse(body.from_starts_at),
          fromSiteId: body.from_site_id,
          startsAt: body.starts_at_ms,
          siteId: body.site_id,
        }
      : null,
  };
}
