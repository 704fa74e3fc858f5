import { sql } from "kysely";
import type { LocalizedText } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { Limit } from "../quota/quota.ts";
import type { ServiceTerms } from "./terms.ts";

interface TermsRow {
  id: string;
  visibility: ServiceTerms["visibility"];
  cancel_limit_minutes: number;
  change_limit_minutes: number;
  valid_until_rules: ServiceTerms["validUntilRules"];
  eligibility_list_id: string | null;
  eligibility_field: string | null;
  fields: ServiceTerms["fields"];
  documents: ServiceTerms["documents"];
  fees: ServiceTerms["fees"];
  late_note: LocalizedText;
  limits: LimitRow[] | null;
}

interface LimitRow {
  id: string;
  key_source: string;
  count_max: number;
  counted: Limit["counted"];
  period: Limit["period"];
  rolling_days: number | null;
}

/** What services ask of those who book them, retired ones included, in the order asked for. */
export async function listTerms(
  trx: Trx,
  tenantId: string,
  serviceIds: readonly string[],
): Promise<ServiceTerms[]> {
  const { rows } = await sql<TermsRow>`
    SELECT s.id, s.visibility, s.cancel_limit_minutes, s.change_limit_minutes, s.valid_until_rules,
           s.eligibility_list_id, s.eligibility_field, s.fields, s.documents, s.fees, s.late_note,
           (SELECT jsonb_agg(jsonb_build_object(
              'id', l.id, 'key_source', l.key_source, 'count_max', l.count_max, 'counted', l.counted,
              'period', l.period, 'rolling_days', l.rolling_days) ORDER BY l.id)
            FROM service_limits l
            WHERE l.tenant_id = s.tenant_id AND l.service_id = s.id AND l.retired_at IS NULL) AS limits
    FROM unnest(${serviceIds}::uuid[]) WITH ORDINALITY AS w (id, place)
    JOIN services s ON s.tenant_id = ${tenantId} AND s.id = w.id
    ORDER BY w.place
  `.execute(trx);
  return rows.map((row) => ({
    id: row.id,
    visibility: row.visibility,
    cancelLimitMinutes: row.cancel_limit_minutes,
    changeLimitMinutes: row.change_limit_minutes,
    validUntilRules: row.valid_until_rules,
    eligibilityListId: row.eligibility_list_id,
    eligibilityField: row.eligibility_field,
    fields: row.fields,
    documents: row.documents,
    fees: row.fees,
    lateNote: row.late_note,
    limits: (row.limits ?? []).map((limit) => ({
      id: limit.id,
      keySource: limit.key_source,
      countMax: limit.count_max,
      counted: limit.counted,
      period: limit.period,
      rollingDays: limit.rolling_days,
    })),
  }));
}
