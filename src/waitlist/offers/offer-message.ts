import { newId } from "../../db/random.ts";
import type { Deps, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { PlannedMessage } from "../../messages/store/planned-message.ts";
import { planMessagesIn } from "../../messages/store/plan-messages.ts";
import { type Reach, reachOf, type Way, waysFor } from "../../reminders/planning/reach.ts";
import { defaultPolicy } from "../../reminders/policy/message-policy.ts";
import { listPoliciesFor } from "../../reminders/policy/queries.ts";
import { openEntryPeople } from "../entries/entry-people.ts";
import type { LockedEntry, NewOffer } from "./queries.ts";

/** What telling people of offers works with. */
export interface TellDeps extends Pick<Deps, "vault"> {
  /** Channels that this installation has a provider for. */
  readonly available: { readonly email: boolean; readonly sms: boolean };
  /** Called for a wish whose people cannot be opened; an operator is asked to call. */
  readonly onSealedFault: (entryId: string, error: unknown) => void;
}

/** A wish that is offered a place, and how its holder hears of it; without a way an operator calls. */
export interface Told {
  readonly entry: LockedEntry;
  readonly offer: NewOffer;
  readonly way: Way | undefined;
  /** Until when it can be answered, epoch ms. */
  readonly answerBy: number;
}

/** A wish whose holder is to hear something about a visit. */
export interface ToTell extends Pick<LockedEntry, "id" | "people_encrypted"> {
  /** The first of the visit's. */
  readonly serviceId: string;
}

/**
 * How the holders of wishes hear of what concerns them, by wish: the channels of notices of the service decide. Those
 * without a way are left out.
 */
export async function waysTo(
  trx: Trx,
  deps: TellDeps,
  given: {
    readonly tenant: Tenant;
    readonly asked: readonly ToTell[];
    readonly isSmsOn: boolean;
  },
): Promise<ReadonlyMap<string, Way>> {
  const { tenant, asked, isSmsOn } = given;
  const serviceIds = [...new Set(asked.map((one) => one.serviceId))];
  const policies = await listPoliciesFor(trx, tenant.id, serviceIds);
  const ofAll = policies.find((policy) => policy.service_id === null)?.rules ?? defaultPolicy;
  const rules = new Map(policies.map((policy) => [policy.service_id, policy.rules]));
  const available = { ...deps.available, sms: deps.available.sms && isSmsOn };
  const ways = new Map<string, Way>();
  for (const one of asked) {
    const { channels } = (rules.get(one.serviceId) ?? ofAll).notices;
    const [way] = waysFor(channels, reachOfEntry(deps, tenant, one), available);
    if (way) ways.set(one.id, way);
  }
  return ways;
}

function reachOfEntry(
  { vault, onSealedFault }: TellDeps,
  tenant: Tenant,
  { id, people_encrypted: sealed }: Pick<LockedEntry, "id" | "people_encrypted">,
): Reach {
  const unreachable: Reach = { email: undefined, mobile: undefined, phone: undefined };
  if (!sealed) return unreachable;
  try {
    const { booker } = openEntryPeople(vault, { tenantId: tenant.id, id }, sealed);
    return reachOf(booker, tenant.holidayCountry);
  } catch (error) {
    onSealedFault(id, error);
    return unreachable;
  }
}

/** A message that would arrive so shortly before the deadline is not worth sending. */
const worthMs = 5 * 60_000;

/** Plans the messages of offers in the transaction that makes them: a worker that dies leaves both or neither. */
export async function tellOf(
  trx: Trx,
  deps: TellDeps,
  given: {
    readonly tenantId: string;
    readonly told: readonly Told[];
    /** Epoch ms. */
    readonly now: number;
  },
): Promise<void> {
  const { tenantId, told, now } = given;
  const messages = told.flatMap(({ entry, offer, way, answerBy }): PlannedMessage[] => {
    if (!way) return [];
    return [
      {
        id: newId(),
        subject: { kind: "offer", id: offer.id, version: 1 },
        kind: "waitlist_offer",
        channel: way.channel,
        language: entry.language,
        offsetMinutes: 0,
        recipient: way.recipient,
        endpointId: null,
        facts: { offer_id: offer.id },
        dueAt: now,
        notAfter: Math.max(now, answerBy - worthMs),
        isTraining: entry.is_training,
      },
    ];
  });
  await planMessagesIn(trx, deps, { tenantId, messages });
}
