import { openPeople } from "../../appointments/people.ts";
import type { Deps, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { findTenantById } from "../../identity/queries.ts";
import { tenantOf } from "../../identity/tenant.ts";
import { dropTasks, insertPhoneTasks } from "../../messages/phone-tasks/queries.ts";
import type { MessageSettings } from "../../messages/settings/message-settings.ts";
import { findSettings } from "../../messages/settings/queries.ts";
import { discardMessagesIn } from "../../messages/store/discard-messages.ts";
import { planMessagesIn } from "../../messages/store/plan-messages.ts";
import type { PlannedMessage } from "../../messages/store/planned-message.ts";
import { listKnownMessages } from "../../messages/store/queries.ts";
import { listActiveEndpoints } from "../../messages/webhooks/queries.ts";
import { toLocalTime } from "../../time/local-time.ts";
import { addressHashes } from "../opt-out/address-hashes.ts";
import { listOptOuts } from "../opt-out/queries.ts";
import { defaultPolicy, type MessagePolicy } from "../policy/message-policy.ts";
import { listPoliciesFor } from "../policy/queries.ts";
import { deleteOutdatedRequests, upsertRequests } from "../presence/queries.ts";
import {
  type EventRow,
  listEvents,
  listVisitRows,
  lockPlans,
  takeEvents,
  type VisitRow,
} from "../queries.ts";
import { plannedOncePerTime, planVisitMessages, type VisitPlan } from "./plan-visit-messages.ts";
import type { QuietHours } from "./quiet-hours.ts";
import { type Reach, reachOf } from "./reach.ts";
import type { Outlets, Visit } from "./visit.ts";
import { visitEventOf } from "./visit-event.ts";

/** What planning works with. */
export interface PlanDeps extends Deps {
  /** Channels that this installation has a provider for. */
  readonly available: Outlets["available"];
  /** Called for an appointment whose people cannot be opened; it is planned as one without contacts. */
  readonly onSealedFault: (appointmentId: string, error: unknown) => void;
}

/**
 * Plans the messages of events that nobody has planned yet, of one administration, in one transaction: confirmations and
 * notices from what happened, reminders from the appointments as they are now. Returns how many events it took; may be
 * repeated and run anywhere.
 */
export async function planEvents(
  deps: PlanDeps,
  { tenantId, eventIds }: { readonly tenantId: string; readonly eventIds: readonly string[] },
  signal?: AbortSignal,
): Promise<number> {
  return deps.db.inTenant(tenantId, (trx) => planEventsIn(trx, deps, { tenantId, eventIds }), {
    signal,
  });
}

async function planEventsIn(
  trx: Trx,
  deps: PlanDeps,
  { tenantId, eventIds }: { readonly tenantId: string; readonly eventIds: readonly string[] },
): Promise<number> {
  const events = await takeEvents(trx, tenantId, eventIds);
  await planTaken(trx, deps, { tenantId, events });
  return events.length;
}

/**
 * Plans the messages of an operation's events in the caller's transaction, which notes that they are planned and keeps
 * anybody else from planning them: they are not remembered one by one.
 */
export async function planOperationEventsIn(
  trx: Trx,
  deps: PlanDeps,
  { tenantId, eventIds }: { readonly tenantId: string; readonly eventIds: readonly string[] },
): Promise<void> {
  await planTaken(trx, deps, { tenantId, events: await listEvents(trx, tenantId, eventIds) });
}

async function planTaken(
  trx: Trx,
  deps: PlanDeps,
  { tenantId, events }: { readonly tenantId: string; readonly events: readonly EventRow[] },
): Promise<void> {
  const row = events.length > 0 ? await findTenantById(trx, tenantId) : undefined;
  if (!row) return;
  const byAppointment = Map.groupBy(events, (event) => event.subject_id);
  const appointmentIds = [...byAppointment.keys()];
  await lockPlans(trx, tenantId, appointmentIds);
  const settings = await findSettings(trx, tenantId);
  const visits = await loadVisits(trx, deps, { tenant: tenantOf(row), settings, appointmentIds });
  const outlets: Outlets = {
    available: { ...deps.available, sms: deps.available.sms && settings.is_sms_on },
    webhooks: await listActiveEndpoints(trx, tenantId),
  };
  const plans = visits.map((visit) => ({
    visit,
    plan: planVisitMessages(visit, eventsOf(byAppointment.get(visit.id) ?? []), outlets),
  }));
  await apply(trx, deps, { tenantId, plans });
}

function eventsOf(rows: readonly EventRow[]) {
  return rows.map(visitEventOf);
}

interface Loading {
  readonly tenant: Tenant;
  readonly settings: MessageSettings;
  readonly appointmentIds: readonly string[];
}

async function loadVisits(trx: Trx, deps: PlanDeps, loading: Loading): Promise<Visit[]> {
  const { tenant, settings, appointmentIds } = loading;
  const rows = await listVisitRows(trx, tenant.id, appointmentIds);
  const policies = await listPolicies(trx, tenant.id, rows);
  const reaches = rows.map((row) => reachOfRow(deps, tenant, row));
  const hashes = reaches.map((reach) => addressHashes(deps.vault, tenant.id, reach));
  const optOuts = await listOptOuts(trx, tenant.id, hashes.flat());
  return rows.map((row, index) => ({
    id: row.id,
    status: row.status,
    siteId: row.site_id,
    startsAt: row.starts_at.getTime(),
    endsAt: row.ends_at.getTime(),
    language: row.language,
    isTraining: row.is_training,
    isImported: row.is_imported,
    cancelled:
      row.cancelled_by && row.cancel_reason
        ? { by: row.cancelled_by, reason: row.cancel_reason }
        : null,
    isAttended: row.is_attended,
    reach: reaches[index] ?? unreachable,
    hasOptedOut: (hashes[index] ?? []).some((hash) => optOuts.has(hash.toString("hex"))),
    policy: policyFor(policies, row.service_ids),
    quiet: quietHoursOf(settings, row.time_zone),
  }));
}

/** The policy a visit goes by: that of its first service, else the one of all others, else the shipped one. */
export function policyFor(
  policies: ReadonlyMap<string, MessagePolicy>,
  serviceIds: readonly string[],
): MessagePolicy {
  return policies.get(serviceIds[0] ?? "") ?? policies.get("") ?? defaultPolicy;
}

/** The administration's quiet hours, on a site's wall clock. */
export function quietHoursOf(settings: MessageSettings, zone: string): QuietHours {
  return { from: toLocalTime(settings.quiet_from), to: toLocalTime(settings.quiet_to), zone };
}

const unreachable: Reach = { email: undefined, mobile: undefined, phone: undefined };

/** Policies by service; the one of all others under no name. A visit of several services goes by its first. */
async function listPolicies(
  trx: Trx,
  tenantId: string,
  rows: readonly VisitRow[],
): Promise<Map<string, MessagePolicy>> {
  const serviceIds = [...new Set(rows.flatMap((row) => row.service_ids.slice(0, 1)))];
  const policies = await listPoliciesFor(trx, tenantId, serviceIds);
  return new Map(policies.map(({ service_id, rules }) => [service_id ?? "", rules]));
}

function reachOfRow(deps: PlanDeps, tenant: Tenant, row: VisitRow): Reach {
  if (!row.people_encrypted) return unreachable;
  try {
    const { booker } = openPeople(
      deps.vault,
      { tenantId: tenant.id, id: row.id },
      row.people_encrypted,
    );
    return reachOf(booker, tenant.holidayCountry);
  } catch (error) {
    // One damaged row must not hold up the others of its batch.
    deps.onSealedFault(row.id, error);
    return unreachable;
  }
}

interface Planned {
  readonly visit: Visit;
  readonly plan: VisitPlan;
}

async function apply(
  trx: Trx,
  deps: PlanDeps,
  { tenantId, plans }: { readonly tenantId: string; readonly plans: readonly Planned[] },
): Promise<void> {
  await discardMessagesIn(
    trx,
    tenantId,
    plans.flatMap(({ plan }) => plan.discards),
  );
  for (const [kinds, group] of Map.groupBy(plans, ({ plan }) => plan.droppedCalls.join())) {
    if (kinds === "") continue;
    await dropTasks(trx, tenantId, {
      appointmentIds: group.map(({ visit }) => visit.id),
      kinds: group[0]?.plan.droppedCalls ?? [],
    });
  }
  const messages = plans.flatMap(({ plan }) => plan.messages);
  const fresh = await withoutKnown(trx, tenantId, messages);
  await planMessagesIn(trx, deps, { tenantId, messages: fresh });
  await insertPhoneTasks(
    trx,
    tenantId,
    plans.flatMap(({ plan }) => plan.calls),
  );
  await deleteOutdatedRequests(
    trx,
    tenantId,
    plans.map(({ visit }) => visit.id),
  );
  await upsertRequests(trx, tenantId, plans.flatMap(requestOf));
}

function requestOf({ visit, plan: { presence } }: Planned) {
  return presence ? [{ appointmentId: visit.id, startsAt: visit.startsAt, ...presence }] : [];
}

/** Leaves out what was planned or sent for the same time before, such as when a visit is moved away and back again. */
async function withoutKnown(
  trx: Trx,
  tenantId: string,
  messages: readonly PlannedMessage[],
): Promise<PlannedMessage[]> {
  const scheduled = messages.filter(({ kind }) => plannedOncePerTime.includes(kind));
  if (scheduled.length === 0) return [...messages];
  const known = await listKnownMessages(trx, tenantId, {
    subjectIds: [...new Set(scheduled.map(({ subject }) => subject.id))],
    kinds: plannedOncePerTime,
  });
  const names = new Set(
    known.map((one) =>
      nameOf({
        ...one,
        subjectId: one.subject_id,
        offsetMinutes: one.offset_minutes,
        endpointId: one.endpoint_id,
      }),
    ),
  );
  return messages.filter((message) => {
    const isScheduled = plannedOncePerTime.includes(message.kind);
    return !isScheduled || !names.has(nameOf({ ...message, subjectId: message.subject.id }));
  });
}

function nameOf(
  one: Pick<PlannedMessage, "kind" | "channel" | "offsetMinutes" | "facts" | "endpointId"> & {
    readonly subjectId: string;
  },
): string {
  const { subjectId, kind, channel, offsetMinutes, endpointId, facts } = one;
  const { starts_at: startsAt = null, site_id: siteId = null } = facts;
  return [subjectId, kind, channel, offsetMinutes, endpointId, startsAt, siteId].join("/");
}
