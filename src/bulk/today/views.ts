import type { z } from "@hono/zod-openapi";
import type { UrgentView } from "./get-urgent-closure.ts";
import type { OwnClosure } from "./own-closure.ts";
import type { UrgentPreview } from "./preview-urgent-closure.ts";
import type { NoticeRow } from "./place-queries.ts";
import type {
  noticesSchema,
  urgentOptionsSchema,
  urgentPreviewSchema,
  urgentSchema,
  urgentStateSchema,
} from "./schema.ts";
import { confirmAbove, type UrgentNumbers, type UrgentRow } from "./urgent-closure.ts";

/** An urgent closure as it is answered. */
export function urgentBody(row: UrgentRow): z.input<typeof urgentSchema> {
  return {
    id: row.id,
    status: row.status,
    site_id: row.site_id,
    resource_ids: row.resource_ids && [...row.resource_ids],
    service_id: row.service_id,
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    is_suspension: row.is_suspension,
    is_over: row.is_over,
    on_the_way_minutes: row.on_the_way_minutes,
    reason: row.reason,
    numbers: numbersBody(row.numbers),
    operation_ids: [...row.operation_ids],
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    lifted_at: row.lifted_at?.toISOString() ?? null,
    version: row.version,
  };
}

function numbersBody({ kept, moved, lost, reach, holds_released }: UrgentNumbers) {
  return {
    kept,
    moved,
    lost,
    told: kept + lost,
    by_sms: reach.sms,
    by_email: reach.email,
    by_phone: reach.phone,
    unreachable: reach.nobody,
    holds_released,
  };
}

/** An urgent closure with how far those concerned are. */
export function urgentStateBody({
  closure,
  progress,
}: UrgentView): z.input<typeof urgentStateSchema> {
  return { ...urgentBody(closure), progress };
}

/** A preview as it is answered. */
export function urgentPreviewBody(found: UrgentPreview): z.input<typeof urgentPreviewSchema> {
  const { numbers, digest } = found.closure;
  return {
    ...urgentStateBody(found),
    digest,
    is_count_needed: numbers.kept + numbers.lost > confirmAbove,
    samples: [...found.samples],
  };
}

/** What can be chosen, as it is answered. */
export function optionsBody(own: OwnClosure): z.input<typeof urgentOptionsSchema> {
  return {
    closure_id: own.closure.id,
    can_wait: own.canWait,
    ends_at: own.closure.ends_at.toISOString(),
    later_today: own.laterToday.map((start) => ({
      starts_at: start.starts_at.toISOString(),
      places: start.places,
    })),
  };
}

/** Notices as they are answered. */
export function noticesBody(rows: readonly NoticeRow[]): z.input<typeof noticesSchema> {
  return {
    items: rows.map((row) => ({
      id: row.id,
      site_id: row.site_id,
      resource_ids: row.resource_ids && [...row.resource_ids],
      service_ids: row.service_ids && [...row.service_ids],
      names: [...row.names],
      starts_at: row.starts_at.toISOString(),
      ends_at: row.ends_at.toISOString(),
      is_suspension: row.is_suspension,
      reason: row.reason,
    })),
  };
}
