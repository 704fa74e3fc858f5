import type { z } from "@hono/zod-openapi";
import { type BulkFilter, isClosable, type OperationRow } from "./operation.ts";
import type { BulkPreview } from "./preview/get-preview.ts";
import type { PreviewOperation } from "./preview/preview-operation.ts";
import type {
  bulkPreviewSchema,
  itemSchema,
  operationSchema,
  operationStateSchema,
  previewInputSchema,
} from "./schema.ts";
import { progressView } from "./seen/follow-operation.ts";
import type { OperationView } from "./seen/get-operation.ts";
import type { ItemRow } from "./seen/queries.ts";

/** A request for a preview as its verb takes it. */
export function wishOf(input: z.output<typeof previewInputSchema>): PreviewOperation {
  const { filter, move } = input;
  return {
    kind: input.kind,
    filter: {
      from: filter.from,
      to: filter.to,
      from_time: filter.from_time,
      to_time: filter.to_time,
      site_ids: filter.site_ids ?? null,
      resource_ids: filter.resource_ids ?? null,
      service_ids: filter.service_ids ?? null,
      support: filter.support ?? null,
      statuses: filter.statuses ?? null,
      channels: filter.channels ?? null,
      languages: filter.languages ?? null,
    },
    reason: input.reason ?? null,
    isUrgent: input.is_urgent,
    moveRule: move ? { site_ids: move.site_ids ?? null, from: move.from, to: move.to } : null,
    rebooking: input.rebooking
      ? {
          minutes: input.rebooking.minutes,
          reserve: input.rebooking.reserve ?? null,
          early: input.rebooking.early ?? null,
        }
      : null,
    texts: input.texts,
  };
}

/** An operation as it is answered. */
export function operationBody(row: OperationRow): z.input<typeof operationSchema> {
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    filter: filterBody(row.filter),
    reason: row.reason,
    is_urgent: row.is_urgent,
    move: row.move_rule && { ...row.move_rule, site_ids: copyOf(row.move_rule.site_ids) },
    rebooking: row.rebooking && {
      minutes: row.rebooking.minutes,
      reserve: row.rebooking.reserve && { ...row.rebooking.reserve },
      early: row.rebooking.early ? { ...row.rebooking.early } : null,
    },
    rebook_until: row.rebook_until?.toISOString() ?? null,
    items: row.items,
    freed_capacity: row.freed_capacity,
    waitlist_minutes: row.waitlist_minutes,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
    version: row.version,
  };
}

function filterBody(filter: BulkFilter) {
  return {
    ...filter,
    site_ids: copyOf(filter.site_ids),
    resource_ids: copyOf(filter.resource_ids),
    service_ids: copyOf(filter.service_ids),
    channels: copyOf(filter.channels),
    statuses: copyOf(filter.statuses ?? null),
    languages: copyOf(filter.languages),
  };
}

function copyOf<Item>(items: readonly Item[] | null): Item[] | null {
  return items && [...items];
}

/** An operation with its texts and progress as it is answered. */
export function stateBody({
  operation,
  progress,
  texts,
}: OperationView): z.input<typeof operationStateSchema> {
  return {
    ...operationBody(operation),
    texts: { ...texts },
    progress: progressView(operation, progress),
  };
}

/** A preview as it is answered. */
export function previewBody(found: BulkPreview): z.input<typeof bulkPreviewSchema> {
  const { operation, reach } = found;
  const { counts } = operation;
  const byService = Map.groupBy(counts.people, (group) => group.service_id);
  return {
    operation: operationBody(operation),
    texts: { ...found.texts },
    digest: operation.digest,
    can_close: isClosable(operation.filter) || operation.filter.support === "conflict",
    by_day: [...counts.by_day],
    by_service: [...byService].map(([id, groups]) => ({
      service_id: id,
      count: groups.reduce((sum, group) => sum + group.count, 0),
    })),
    by_channel: [...counts.by_channel],
    by_language: [...found.languages],
    messages: {
      emails: reach.emails,
      sms_max: reach.smsMax,
      calls_max: reach.callsMax,
      without_contact: reach.withoutContact,
      sms_parts_max: found.smsPartsMax,
      sms_cost_micros_max: found.costMicrosMax,
    },
    samples: [...found.samples],
  };
}

/** An item as it is answered. */
export function itemBody(row: ItemRow): z.input<typeof itemSchema> {
  return {
    appointment_id: row.appointment_id,
    version: row.version,
    outcome: row.outcome ?? "pending",
    reference: row.reference,
    site_id: row.site_id,
    starts_at: row.starts_at.toISOString(),
    status: row.status,
    language: row.language,
    has_email: row.has_email,
    has_phone: row.has_phone,
    messages: [...row.messages],
    call: row.call,
  };
}
