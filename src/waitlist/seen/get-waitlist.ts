import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notAllowed, notFound } from "../../errors.ts";
import { isClerk } from "../../slots/is-clerk.ts";
import { peopleOf } from "../entries/entry-view.ts";
import {
  listOffersOut,
  listStandingRows,
  listSummaries,
  type OfferOutRow,
  type StandingRow,
  type WaitlistSummary,
} from "./queries.ts";

/** Who a row is about; null once erased. */
type Named<Row> = Omit<Row, "people_encrypted"> & { readonly name: string | null };

/** A wish with its place in the order. */
export type Standing = Named<StandingRow>;

/** An offer that waits for its answer. */
export type OfferOut = Named<OfferOutRow>;

/** A service's waitlist as the office sees it. */
export interface WaitlistSeen {
  readonly summary: WaitlistSummary;
  /** Those whose time to answer ends first; the first hundred. */
  readonly offers: readonly OfferOut[];
  /** In the order of offers. */
  readonly standing: readonly Standing[];
  /** The position after which the next page starts; null on the last one. */
  readonly nextAfter: number | null;
}

/** Wishes on a page, and offers: each is opened with the tenant's key. */
const standingMax = 50;
const offersMax = 100;

/**
 * Shows one service's waitlist: figures, offers that are out, and who waits, from a position on. For staff with the
 * `appointments` scope. Throws `not-allowed` and `not-found`. Reads only.
 */
export async function getWaitlist(
  deps: Pick<Deps, "db" | "vault">,
  { tenant, actor, signal }: Pick<RequestContext, "tenant" | "actor" | "signal">,
  { serviceId, after }: { readonly serviceId: string; readonly after: number },
): Promise<WaitlistSeen> {
  if (!isClerk(actor)) {
    throw new DomainError(notAllowed, "Only staff see who waits.", {
      facts: { scope: "appointments" },
    });
  }
  const tenantId = tenant.id;
  const nameIn = (row: Pick<StandingRow, "id" | "people_encrypted">): string | null =>
    peopleOf(deps, tenantId, row)?.booker.name ?? null;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const [summary] = await listSummaries(trx, tenantId, { serviceId, countMax: 1 });
      if (!summary) throw new DomainError(notFound, "There is no such service.");
      const offers = await listOffersOut(trx, tenantId, { serviceId, countMax: offersMax });
      const rows = await listStandingRows(trx, tenantId, {
        serviceId,
        after,
        countMax: standingMax + 1,
      });
      const standing = rows.slice(0, standingMax);
      return {
        summary,
        offers: offers.map((row) => ({ ...row, name: nameIn({ ...row, id: row.entry_id }) })),
        standing: standing.map((row) => ({ ...row, name: nameIn(row) })),
        nextAfter: rows.length > standingMax ? (standing.at(-1)?.position ?? null) : null,
      };
    },
    { isReadOnly: true, signal },
  );
}
