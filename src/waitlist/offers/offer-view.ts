import type { OfferView } from "../schema.ts";
import type { OfferRow } from "./queries.ts";

/** An offer as its holder and the office see it. */
export function offerView(row: OfferRow): OfferView {
  return {
    id: row.id,
    status: row.status,
    entry_id: row.entry_id,
    way: row.way,
    site_id: row.site.id,
    service_ids: row.service_ids,
    party_size: row.party_size,
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    answer_by: row.answer_by.toISOString(),
    appointment_id: row.appointment_id,
    calls: row.calls,
    call_outcome: row.call_outcome,
    created_at: row.created_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}
