import type { Tenant } from "../context.ts";
import type { TenantRow } from "./queries.ts";

/** The tenant as requests see it. */
export function tenantOf(row: TenantRow): Tenant {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    languages: row.languages,
    defaultLanguage: row.default_language,
    timeZone: row.time_zone,
    holidayCountry: row.holiday_country,
    holidayRegion: row.holiday_region,
    contact: row.contact,
    isTraining: row.is_training,
  };
}
