import type { Deps, RequestContext } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { taskNotYours } from "../../reminders/errors.ts";
import { operatorOf } from "../../reminders/phone/operator.ts";
import { getOffer } from "../offers/decline-offer.ts";
import type { CallOutcome } from "../offers/offer.ts";
import type { OfferRow } from "../offers/queries.ts";
import { settleCall } from "./queries.ts";

/** Nobody answered: the call is to be tried again so much later. */
const againInMinutes = 30;

/**
 * Notes what came of a call about an offer. Who is reached accepts or declines by the offer's own operations. Nobody
 * answered: it is to be called again half an hour later, until the deadline. Throws `not-found` and `task-not-yours`.
 */
export async function settleOfferCall(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  wish: { readonly id: string; readonly outcome: CallOutcome },
): Promise<OfferRow> {
  const { tenant, signal } = context;
  const operatorId = operatorOf(context);
  return db.inTenant(
    tenant.id,
    async (trx) => {
      await getOffer(trx, context, wish.id);
      if (!(await settleCall(trx, tenant.id, { ...wish, operatorId, againInMinutes })))
        throw new DomainError(taskNotYours, "This call is not yours any more, or it is over.");
      await recordEvents(trx, context, [
        {
          kind: "waitlist_offer.called",
          subjectKind: "waitlist_offer",
          subjectId: wish.id,
          body: { outcome: wish.outcome },
          isRelayed: false,
        },
      ]);
      return getOffer(trx, context, wish.id);
    },
    { signal },
  );
}
