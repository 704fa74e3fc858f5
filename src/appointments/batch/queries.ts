import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { AppointmentRow } from "../queries.ts";
import { appointmentSchema } from "../schema.ts";

/** How a site and services are called in an appointment's view. */
export interface VisitLabels {
  readonly site: AppointmentRow["site"];
  /** In the order asked for. */
  readonly services: readonly AppointmentRow["legs"][number]["service"][];
}

/** Reads how a site and services are called; undefined for a site that is not there. */
export async function findVisitLabels(
  trx: Trx,
  tenantId: string,
  { siteId, serviceIds }: { siteId: string; serviceIds: readonly string[] },
): Promise<VisitLabels | undefined> {
  const { rows } = await sql<VisitLabels>`
    SELECT jsonb_build_object('id', st.id, 'code', st.code, 'name', st.name, 'address', st.address,
                              'phone', st.phone, 'time_zone', st.time_zone) AS site,
           (SELECT jsonb_agg(jsonb_build_object('id', s.id, 'code', s.code, 'name', s.name, 'noun', s.noun)
                             ORDER BY w.place)
            FROM unnest(${serviceIds}::uuid[]) WITH ORDINALITY AS w (id, place)
            JOIN services s ON s.tenant_id = st.tenant_id AND s.id = w.id) AS services
    FROM sites st
    WHERE st.tenant_id = ${tenantId} AND st.id = ${siteId}
  `.execute(trx);
  return rows[0] && inSchemaOrder(rows[0]);
}

/** JSON from PostgreSQL has its own order of fields; replies have the schema's. */
function inSchemaOrder({ site, services }: VisitLabels): VisitLabels {
  return {
    site: appointmentSchema.shape.site.parse(site),
    services: services.map((one) => appointmentSchema.shape.legs.element.shape.service.parse(one)),
  };
}
