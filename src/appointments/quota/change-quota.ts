import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import type { LocalDate } from "../../time/local-date.ts";
import { limitReached } from "../errors.ts";
import {
  type CounterRow,
  deleteUses,
  insertUses,
  listUses,
  listUsesOf,
  lockQuotaCounters,
  type StoredUse,
} from "./queries.ts";
import { counterName, fitsLimit, isSamePeriod, type QuotaDemand } from "./quota.ts";

/**
 * Checks the limits of an appointment against everything else its people have, with their counters locked until the
 * end of the transaction. What the appointment itself uses already is not counted twice, and not refused to it either
 * when the limit was lowered since. Call it before slots are locked. Throws `limit-reached`.
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
  const used = await lockQuota(trx, tenantId, wish);
  const more = wish.demands.filter((demand) => !isUsedAlready(demand, used, wish.today));
  if (more.length === 0) return;
  const uses = await listUses(trx, tenantId, {
    counters: more.map(counterOf),
    exceptAppointmentId: wish.appointmentId,
  });
  for (const demand of more) {
    const name = counterName(counterOf(demand));
    const others = uses.filter((use) => counterName(use) === name);
    if (!fitsLimit(demand, others, wish.today)) throw refusal(demand);
  }
}

/**
 * Locks the counters of what an appointment wants and of what it uses, in one order for all, until the end of the
 * transaction. Returns what it uses; that is stable while changes of the appointment wait for each other.
 */
export async function lockQuota(
  trx: Trx,
  tenantId: string,
  wish: { readonly appointmentId: string; readonly demands: readonly QuotaDemand[] },
): Promise<readonly StoredUse[]> {
  const used = await listUsesOf(trx, tenantId, wish.appointmentId);
  const counters = inLockOrder([...wish.demands.map(counterOf), ...used]);
  if (counters.length > 0) await lockQuotaCounters(trx, tenantId, counters);
  return used;
}

/** Whether an appointment asks for no more than it is counted for, in the same period. */
function isUsedAlready(demand: QuotaDemand, used: readonly StoredUse[], today: LocalDate): boolean {
  const name = counterName(counterOf(demand));
  return used.some(
    (use) =>
      counterName(use) === name &&
      use.units >= demand.units &&
      isSamePeriod(demand, use.usedOn, today),
  );
}

/** Replaces what an appointment uses; `lockQuota` or `checkQuota` with the same demands must have locked the counters before. */
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
