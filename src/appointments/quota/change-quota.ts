import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import type { LocalDate } from "../../time/local-date.ts";
import { limitReached } from "../errors.ts";
import {
  type CounterRow,
  deleteUses,
  insertUses,
  listCountersOf,
  listUses,
  lockQuotaCounters,
} from "./queries.ts";
import { counterName, fitsLimit, type QuotaDemand } from "./quota.ts";

/**
 * Checks the limits of an appointment against everything else its people have, with their counters locked until the
 * end of the transaction, in one order for all. What the appointment itself uses already is not counted twice.
 * Call it before slots are locked. Throws `limit-reached`.
 */
export async function checkQuota(
  trx: Trx,
  tenantId: string,
  wish: {
    readonly appointmentId: string;
    readonly demands: readonly QuotaDemand[];
    readonly today: LocalDate;
  },
): Promise<void> {
  const wanted = wish.demands.map(counterOf);
  const counters = inLockOrder([
    ...wanted,
    ...(await listCountersOf(trx, tenantId, wish.appointmentId)),
  ]);
  if (counters.length === 0) return;
  await lockQuotaCounters(trx, tenantId, counters);
  if (wanted.length === 0) return;
  const uses = await listUses(trx, tenantId, {
    counters: wanted,
    exceptAppointmentId: wish.appointmentId,
  });
  for (const demand of wish.demands) {
    const name = counterName(counterOf(demand));
    const own = uses.filter((use) => counterName(use) === name);
    if (!fitsLimit(demand, own, wish.today)) throw refusal(demand);
  }
}

/** Replaces what an appointment uses; `checkQuota` with the same demands must have locked the counters before. */
export async function writeQuota(
  trx: Trx,
  tenantId: string,
  {
    appointmentId,
    demands,
  }: { readonly appointmentId: string; readonly demands: readonly QuotaDemand[] },
): Promise<void> {
  await deleteUses(trx, tenantId, appointmentId);
  if (demands.length === 0) return;
  const uses = demands.map((demand) => ({
    ...counterOf(demand),
    usedOn: demand.usedOn,
    units: demand.units,
  }));
  await insertUses(trx, tenantId, { appointmentId, uses });
}

function counterOf({ limit, personHash, periodStart }: QuotaDemand): CounterRow {
  return { limitId: limit.id, personHash, periodStart };
}

function inLockOrder(counters: readonly CounterRow[]): CounterRow[] {
  const byName = new Map(counters.map((counter) => [counterName(counter), counter]));
  return [...byName.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, counter]) => counter);
}

function refusal({ limit }: QuotaDemand): DomainError {
  return new DomainError(limitReached, "The limit of appointments per person is reached.", {
    facts: {
      count_max: limit.countMax,
      period: limit.period,
      ...(limit.rollingDays === null ? {} : { rolling_days: limit.rollingDays }),
    },
  });
}
