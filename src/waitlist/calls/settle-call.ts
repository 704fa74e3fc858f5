import type { Deps, RequestContext } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { taskNotYours } from "../../reminders/errors.ts";
import { noteCall } from "../../reminders/phone/call-notes.ts";
import { operatorOf } from "../../reminders/phone/operator.ts";
import { getOffer } from "../offers/decline-offer.ts";
import type { CallOutcome } from "../offers/offer.ts";
import type { OfferRow } from "../offers/queries.ts";
import { settleCall } from "./queries.ts";

/** Nobody answered: the call is to be tried again so much later. */
const againInMinutes = 30;

/** What came of a call about an offer. */
export interface SettleOfferCall {
  readonly id: string;
  /** Undefined: it was not made, and somebody else may take it. */
  readonly outcome: CallOutcome | undefined;
  /** For whoever calls next; at most 300 characters, sealed, deleted after thirty days. */
  readonly note?: string | undefined;
}

/**
 * Notes what came of a call about an offer. Who is reached accepts or declines by the offer's own operations. Nobody
 * answered: it is to be called again half an hour later, until the deadline. Throws `not-found` and `task-not-yours`.
 */
export async function settleOfferCall(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: SettleOfferCall,
): Promise<OfferRow> {
  const { tenant, signal } = context;
  const operatorId = operatorOf(context);
  const { id, outcome = null, note } = wish;
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      await getOffer(trx, context, id);
      const call = {
        id,
        operatorId,
        outcome,
        againInMinutes: outcome === null ? 0 : againInMinutes,
      };
      if (!(await settleCall(trx, tenant.id, call)))
        throw new DomainError(taskNotYours, "This call is not yours any more, or it is over.");
      if (outcome !== null)
        await noteCall(trx, deps, { context, about: { offerId: id }, outcome, note });
      await recordEvents(trx, context, [
        {
          kind: outcome === null ? "waitlist_offer.call_returned" : "waitlist_offer.called",
          subjectKind: "waitlist_offer",
          subjectId: id,
          body: outcome === null ? {} : { outcome },
          isRelayed: false,
        },
      ]);
      return getOffer(trx, context, id);
    },
    { signal },
  );
}
