import type { Deps } from "../../context.ts";
import { listTenants } from "../../identity/list-tenants.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { discardDueBefore, pauseAll, releaseAll, settleHere } from "./queries.ts";

const atOnceMax = 2_000;

/** Pauses the sending of the whole installation; what is on its way at this moment arrives. True when it was not paused. */
export async function pauseSending({ db }: Pick<Deps, "db">, reason: string): Promise<boolean> {
  return db.inSystem((trx) => pauseAll(trx, reason));
}

/** How sending goes on. */
export interface ReleaseSending {
  /** What was due before this instant (epoch ms) is discarded first: in a restored copy it was sent long ago. */
  readonly discardBefore?: number | undefined;
  /** Mark of the embedded database's folder, where there is one. */
  readonly folder: string | null;
}

/**
 * Lets the sending of the whole installation go on, in this database from now on. Returns how many messages were
 * discarded. May be repeated.
 */
export async function releaseSending(
  deps: Pick<Deps, "db">,
  { discardBefore, folder }: ReleaseSending,
): Promise<number> {
  const { db } = deps;
  let discarded = 0;
  if (discardBefore !== undefined) {
    const before = dateFromEpochMs(discardBefore);
    for (const { id } of await listTenants(deps)) {
      let count: number;
      do {
        count = await db.inTenant(id, (trx) =>
          discardDueBefore(trx, id, { before, countMax: atOnceMax }),
        );
        discarded += count;
      } while (count === atOnceMax);
    }
  }
  await db.inSystem(async (trx) => {
    await settleHere(trx, folder);
    await releaseAll(trx);
  });
  return discarded;
}
