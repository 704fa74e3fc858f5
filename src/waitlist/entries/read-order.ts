import type { Trx } from "../../db/database.ts";
import { toLocalDate } from "../../time/local-date.ts";
import { toLocalEndTime, toLocalTime } from "../../time/local-time.ts";
import type { WaitingEntry } from "./entry.ts";
import { listInOrder, type OrderKey } from "./queries.ts";

/** A part of the order. */
export interface OrderPage {
  readonly entries: readonly WaitingEntry[];
  /** Where the next part starts; null after the last one. */
  readonly next: OrderKey | null;
}

/** Reads who waits, in the order: priority, then the age of the wish, near-ties by id. */
export async function readOrder(
  trx: Trx,
  tenantId: string,
  page: { readonly after: OrderKey | null; readonly countMax: number },
): Promise<OrderPage> {
  const rows = await listInOrder(trx, tenantId, page);
  const last = rows.length === page.countMax ? rows.at(-1) : undefined;
  return {
    entries: rows.map((row) => ({
      id: row.id,
      serviceIds: row.service_ids,
      siteIds: row.site_ids,
      fromOn: toLocalDate(row.from_on),
      toOn: toLocalDate(row.to_on),
      weekdays: row.weekdays,
      fromTime: toLocalTime(row.from_time),
      toTime: toLocalEndTime(row.to_time),
      partySize: row.party_size,
      channel: row.channel,
      language: row.language,
      earlierThan: row.earlier_than?.getTime() ?? null,
      knownPlaces: new Set(row.known_places),
    })),
    next: last
      ? { hasPriority: last.has_priority, waitingSinceMicros: last.since_micros, id: last.id }
      : null,
  };
}
