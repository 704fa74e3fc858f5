import type { RawBuilder } from "kysely";
import type {
  BookedVisit,
  MessagePlanner,
  MessageRules,
} from "../../appointments/batch/booked-visit.ts";
import type { Trx } from "../../db/database.ts";
import { createBriefCache } from "../../identity/brief-cache.ts";
import { phoneTasksInsert } from "../../messages/phone-tasks/queries.ts";
import type { MessageSettings } from "../../messages/settings/message-settings.ts";
import { findSettings } from "../../messages/settings/queries.ts";
import { messageWrites } from "../../messages/store/plan-messages.ts";
import { listActiveEndpoints } from "../../messages/webhooks/queries.ts";
import { addressHashes } from "../opt-out/address-hashes.ts";
import { listOptOuts } from "../opt-out/queries.ts";
import type { MessagePolicy } from "../policy/message-policy.ts";
import { listPolicyRows } from "../policy/queries.ts";
import { requestsUpsert } from "../presence/queries.ts";
import { policyFor, type PlanDeps, quietHoursOf } from "./plan-events.ts";
import { planVisitMessages, type VisitPlan } from "./plan-visit-messages.ts";
import { type Reach, reachOf } from "./reach.ts";
import type { Outlets, Visit } from "./visit.ts";

const rulesKeptMs = 1_000;
const tenantsMax = 1_000;

/** What planning with bookings works with. */
export interface BookedPlanDeps extends PlanDeps {
  /** Called when messages cannot be made out; the bookings are made all the same, and their events planned later. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Plans the messages of bookings as `planEvents` does, in the transaction that makes them. Policies, settings and
 * endpoints are those of the last second, as the rules by which the booking itself is judged; opt-outs those of now.
 */
export function createBookedPlanner(deps: BookedPlanDeps): MessagePlanner {
  const cache = createBriefCache<MessageRules>({ ttlMs: rulesKeptMs, entriesMax: tenantsMax });
  return {
    rulesOf: (tenant) =>
      cache.get(tenant.id, async () => {
        const said = await deps.db.inTenant(tenant.id, (trx) => readSaid(trx, deps, tenant.id), {
          isReadOnly: true,
        });
        return { plan: (trx, visits) => plan(trx, deps, { said, visits }) };
      }),
  };
}

/** What an administration has said of its messages. */
interface Said {
  readonly settings: MessageSettings;
  readonly outlets: Outlets;
  /** By service; the one of all others under no name. */
  readonly policies: ReadonlyMap<string, MessagePolicy>;
}

async function readSaid(
  trx: Trx,
  { available }: Pick<PlanDeps, "available">,
  tenantId: string,
): Promise<Said> {
  const settings = await findSettings(trx, tenantId);
  const policies = await listPolicyRows(trx, tenantId);
  return {
    settings,
    outlets: {
      available: { ...available, sms: available.sms && settings.is_sms_on },
      webhooks: await listActiveEndpoints(trx, tenantId),
    },
    policies: new Map(policies.map(({ service_id, rules }) => [service_id ?? "", rules])),
  };
}

interface Planning {
  readonly said: Said;
  readonly visits: readonly BookedVisit[];
}

async function plan(
  trx: Trx,
  deps: BookedPlanDeps,
  { said, visits }: Planning,
): Promise<readonly RawBuilder<unknown>[] | undefined> {
  const [first] = visits;
  if (!first) return undefined;
  const { tenant } = first;
  const reached = attempt(deps, () => visits.map((visit) => reachedBy(deps, visit)));
  if (!reached) return undefined;
  const hashes = reached.flatMap((one) => one.hashes);
  const optOuts = await listOptOuts(trx, tenant.id, hashes);
  return attempt(deps, () => {
    const plans = reached.map((one) => planOne(one, said, optOuts));
    return writesOf(deps, tenant.id, plans);
  });
}

/** A fault of ours in the messages must not cost anybody his booking. */
function attempt<T>({ onFault }: BookedPlanDeps, make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    onFault(error);
    return undefined;
  }
}

interface Reached {
  readonly visit: BookedVisit;
  readonly reach: Reach;
  readonly hashes: readonly Buffer[];
}

function reachedBy({ vault }: Pick<PlanDeps, "vault">, visit: BookedVisit): Reached {
  const { booker, tenant } = visit;
  const reach = reachOf(booker, tenant.holidayCountry);
  return { visit, reach, hashes: addressHashes(vault, tenant.id, reach) };
}

interface PlannedVisit {
  readonly visit: BookedVisit;
  readonly plan: VisitPlan;
}

function planOne(
  { visit, reach, hashes }: Reached,
  said: Said,
  optOuts: ReadonlySet<string>,
): PlannedVisit {
  const hasOptedOut = hashes.some((hash) => optOuts.has(hash.toString("hex")));
  const seen = visitOf(visit, said, { reach, hasOptedOut });
  const event = {
    kind: "booked",
    version: 1,
    at: visit.bookedAt,
    operation: null,
    move: null,
  } as const;
  return { visit, plan: planVisitMessages(seen, [event], said.outlets) };
}

function visitOf(
  visit: BookedVisit,
  { policies, settings }: Said,
  citizen: { readonly reach: Reach; readonly hasOptedOut: boolean },
): Visit {
  return {
    ...citizen,
    id: visit.id,
    status: "booked",
    siteId: visit.siteId,
    startsAt: visit.startsAt,
    endsAt: visit.endsAt,
    language: visit.language,
    isTraining: visit.isTraining,
    isImported: false,
    cancelled: null,
    isAttended: false,
    policy: policyFor(policies, visit.serviceIds),
    quiet: quietHoursOf(settings, visit.timeZone),
  };
}

function writesOf(
  deps: PlanDeps,
  tenantId: string,
  plans: readonly PlannedVisit[],
): RawBuilder<unknown>[] {
  const messages = plans.flatMap(({ plan: planned }) => planned.messages);
  const calls = plans.flatMap(({ plan: planned }) => planned.calls);
  const requests = plans.flatMap(({ visit: { id, startsAt }, plan: { presence } }) =>
    presence ? [{ appointmentId: id, startsAt, ...presence }] : [],
  );
  return [
    ...messageWrites(deps, { tenantId, messages }),
    ...(calls.length > 0 ? [phoneTasksInsert(tenantId, calls)] : []),
    ...(requests.length > 0 ? [requestsUpsert(tenantId, requests)] : []),
  ];
}
