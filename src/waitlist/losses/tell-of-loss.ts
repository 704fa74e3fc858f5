import type { Deps, Tenant } from "../../context.ts";
import { newId } from "../../db/random.ts";
import type { Trx } from "../../db/database.ts";
import { findSettings } from "../../messages/settings/queries.ts";
import type { PlannedMessage } from "../../messages/store/planned-message.ts";
import { planMessagesIn } from "../../messages/store/plan-messages.ts";
import { readClock } from "../../slots/claim/queries.ts";
import { type TellDeps, waysTo } from "../offers/offer-message.ts";
import { type LostOffer, noteLosses } from "./queries.ts";

/** Offers of one transaction. */
const lossesMax = 200;

/**
 * Tells people who were asked about a shared place that somebody else took it and that they keep their place in the
 * order: once, if they had heard of the offer and still wait. Whoever was to be called is not. Found by state within an
 * hour; may be repeated and run anywhere, also twice at once. Returns how many messages it planned.
 */
export async function tellOfLoss(
  deps: Pick<Deps, "db"> & TellDeps,
  tenant: Tenant,
  signal?: AbortSignal,
): Promise<number> {
  let told = 0;
  for (;;) {
    signal?.throwIfAborted();
    const some = await deps.db.inTenant(tenant.id, (trx) => tellSome(trx, deps, tenant), {
      signal,
    });
    told += some.told;
    if (some.noted < lossesMax) return told;
  }
}

async function tellSome(
  trx: Trx,
  deps: TellDeps,
  tenant: Tenant,
): Promise<{ readonly noted: number; readonly told: number }> {
  const losses = await noteLosses(trx, tenant.id, lossesMax);
  const open = losses.filter((loss) => loss.is_to_be_told);
  if (open.length === 0) return { noted: losses.length, told: 0 };
  const now = await readClock(trx);
  const { is_sms_on: isSmsOn } = await findSettings(trx, tenant.id);
  const asked = open.map((loss) => ({
    id: loss.entry_id,
    people_encrypted: loss.people_encrypted,
    serviceId: loss.service_id,
  }));
  const ways = await waysTo(trx, deps, { tenant, asked, isSmsOn });
  const messages = open.flatMap((loss): PlannedMessage[] => {
    const way = ways.get(loss.entry_id);
    return way ? [messageOf(loss, { ...way, now })] : [];
  });
  await planMessagesIn(trx, deps, { tenantId: tenant.id, messages });
  return { noted: losses.length, told: messages.length };
}

function messageOf(
  loss: LostOffer,
  { now, ...way }: Pick<PlannedMessage, "channel" | "recipient"> & { readonly now: number },
): PlannedMessage {
  return {
    ...way,
    id: newId(),
    subject: { kind: "offer", id: loss.id, version: 1 },
    kind: "waitlist_taken",
    language: loss.language,
    offsetMinutes: 0,
    endpointId: null,
    facts: { offer_id: loss.id },
    dueAt: now,
    notAfter: Math.max(now, loss.starts_at.getTime()),
    isTraining: loss.is_training,
  };
}
