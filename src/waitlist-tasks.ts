import type { AppDeps } from "./deps.ts";
import type { PeriodicTask } from "./jobs/ticker.ts";
import type { Messaging } from "./messaging.ts";
import { forEachTenant } from "./tenant-tasks.ts";
import { expireEntries } from "./waitlist/entries/expire-entries.ts";
import { countEntries, listTenantsWithWishes } from "./waitlist/entries/queries.ts";
import { tellOfLoss } from "./waitlist/losses/tell-of-loss.ts";
import { endOffers } from "./waitlist/offers/end-offers.ts";
import { offerPlaces } from "./waitlist/offers/offer-places.ts";

/** Name of the task whose process states how many wait. */
export const COUNT_WAITLIST_TASK = "count-waitlist";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What is done for those who wait, again and again. Every task finds what is due by its state. */
export function waitlistTasks(
  deps: AppDeps,
  { offering }: Pick<Messaging, "offering">,
): readonly PeriodicTask[] {
  const { db, metrics } = deps;
  const tenantIds = (signal: AbortSignal): Promise<string[]> =>
    db.inSystem(listTenantsWithWishes, { isReadOnly: true, signal });
  return [
    forEachTenant(deps, {
      name: "end-offers",
      everyMs: 5 * SECOND,
      tenantIds,
      work: async (tenant, signal) => {
        const { lapsed } = await endOffers(deps, tenant.id, signal);
        metrics.offersLapsed(lapsed);
      },
    }),
    forEachTenant(deps, {
      name: "offer-places",
      everyMs: 5 * SECOND,
      tenantIds,
      work: async (tenant, signal) => {
        await tellOfLoss(offering, tenant, signal);
        await offerPlaces(offering, tenant, signal);
      },
    }),
    forEachTenant(deps, {
      name: "expire-waitlist",
      everyMs: 5 * MINUTE,
      work: (tenant, signal) => expireEntries(deps, tenant.id, signal),
    }),
    {
      name: COUNT_WAITLIST_TASK,
      everyMs: 15 * SECOND,
      run: async (signal) =>
        metrics.setWaitlist(await db.inSystem(countEntries, { isReadOnly: true, signal })),
    },
  ];
}
