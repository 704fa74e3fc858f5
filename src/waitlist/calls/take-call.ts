import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { momentInWords, visitWords } from "../../messages/content/words.ts";
import { taskNotYours } from "../../reminders/errors.ts";
import { type CallNote, readCallNotes } from "../../reminders/phone/call-notes.ts";
import { operatorOf } from "../../reminders/phone/operator.ts";
import { type SpokenText, spokenOffer } from "../../reminders/writing/spoken-text.ts";
import { getEntryRow, peopleOf } from "../entries/entry-view.ts";
import { getOffer } from "../offers/decline-offer.ts";
import type { OfferRow } from "../offers/queries.ts";
import { claimNextCall, hasCall, leaseCall } from "./queries.ts";

/** What an operator needs for a call about an offer. */
export interface OfferCall {
  readonly offer: OfferRow;
  /** Whom to ask for; null once erased. */
  readonly name: string | null;
  /** As it was given; null when there is none. */
  readonly phone: string | null;
  /** What to say, in the citizen's language and on the site's clock. */
  readonly words: {
    readonly date: string;
    readonly time: string;
    readonly site: string;
    readonly until: string;
  };
  /** What to say in full. */
  readonly spoken: SpokenText | undefined;
  /** What was noted of earlier calls. */
  readonly notes: readonly CallNote[];
}

/** How long an operator has a call before others may take it. */
const callMinutes = 15;

/**
 * Gives the call about an open offer to the operator who asks, for a quarter of an hour, with whom to call and what to
 * say; again to the one who has it, to have it longer. Throws `not-found`, and `task-not-yours` when somebody else has it
 * or it is over.
 */
export async function takeCall(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<OfferCall> {
  const { tenant, signal } = context;
  const operatorId = operatorOf(context);
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const lease = { id, operatorId, minutes: callMinutes };
      const isLeased = await leaseCall(trx, tenant.id, lease);
      const offer = await getOffer(trx, context, id);
      if (!isLeased)
        throw new DomainError(taskNotYours, "Somebody else has this call, or it is over.");
      await recordCall(trx, context, id);
      return describe(trx, deps, { context, offer });
    },
    { signal },
  );
}

/**
 * Gives the operator who asks the first call about an offer that nobody has, by when it must be answered. Undefined when
 * there is none; a repetition gives the next one.
 */
export async function takeNextCall(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
): Promise<OfferCall | undefined> {
  const { tenant, signal } = context;
  const lease = { operatorId: operatorOf(context), minutes: callMinutes };
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const id = await claimNextCall(trx, tenant.id, lease);
      if (id === undefined) return undefined;
      await recordCall(trx, context, id);
      return describe(trx, deps, { context, offer: await getOffer(trx, context, id) });
    },
    { signal },
  );
}

/** The call that the operator has, as it was given to him. Throws `not-found` and `task-not-yours`. Reads only. */
export async function getTakenCall(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<OfferCall> {
  const { tenant, signal } = context;
  const operatorId = operatorOf(context);
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const offer = await getOffer(trx, context, id);
      if (!(await hasCall(trx, tenant.id, { id, operatorId })))
        throw new DomainError(taskNotYours, "This call is not yours, or not any more.");
      return describe(trx, deps, { context, offer });
    },
    { isReadOnly: true, signal },
  );
}

/** Whoever sees a telephone number is on record. */
async function recordCall(trx: Trx, context: RequestContext, id: string): Promise<void> {
  await recordEvents(trx, context, [
    {
      kind: "waitlist_offer.call_taken",
      subjectKind: "waitlist_offer",
      subjectId: id,
      isRelayed: false,
    },
  ]);
}

async function describe(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, offer }: { readonly context: RequestContext; readonly offer: OfferRow },
): Promise<OfferCall> {
  const { tenant } = context;
  const { id, language } = offer;
  const entry = await getEntryRow(trx, tenant.id, offer.entry_id);
  const booker = peopleOf(deps, tenant.id, entry)?.booker;
  return {
    offer,
    name: booker?.name ?? null,
    phone: booker?.phone ?? null,
    words: wordsOf(offer, context),
    spoken: await spokenOffer(trx, deps, { tenant, id, language }),
    notes: await readCallNotes(trx, deps, { tenantId: tenant.id, about: { offerId: id } }),
  };
}

function wordsOf(offer: OfferRow, { tenant }: RequestContext): OfferCall["words"] {
  const { language, site } = offer;
  const style = { language, country: tenant.holidayCountry, zone: site.time_zone };
  const { date, time } = visitWords(
    { startsAt: offer.starts_at.getTime(), endsAt: offer.ends_at.getTime() },
    style,
  );
  return {
    date: date ?? "",
    time: time ?? "",
    site: site.name[language] ?? site.name[tenant.defaultLanguage] ?? "",
    until: momentInWords(offer.answer_by.getTime(), style),
  };
}
