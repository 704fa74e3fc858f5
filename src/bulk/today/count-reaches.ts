import { openPeople } from "../../appointments/people.ts";
import type { Deps, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { findSettings } from "../../messages/settings/queries.ts";
import { type Reach, reachOf, waysFor } from "../../reminders/planning/reach.ts";
import { defaultPolicy } from "../../reminders/policy/message-policy.ts";
import { listPoliciesFor } from "../../reminders/policy/queries.ts";
import { listVisitRows, type VisitRow } from "../../reminders/queries.ts";
import type { Reaches } from "./urgent-closure.ts";

/**
 * Counts by which way people would be told, exactly: their contacts are opened and judged as whoever plans messages does.
 * Who would be told in two ways counts as one who gets an SMS. Reads only.
 */
export async function countReaches(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  given: { readonly tenant: Tenant; readonly appointmentIds: readonly string[] },
): Promise<Reaches> {
  const { tenant, appointmentIds } = given;
  const rows = await listVisitRows(trx, tenant.id, appointmentIds);
  const { is_sms_on: isSmsOn } = await findSettings(trx, tenant.id);
  const serviceIds = [...new Set(rows.flatMap((row) => row.service_ids.slice(0, 1)))];
  const policies = new Map(
    (await listPoliciesFor(trx, tenant.id, serviceIds)).map((policy) => [
      policy.service_id ?? "",
      policy.rules,
    ]),
  );
  const counts = { sms: 0, email: 0, phone: 0, nobody: 0 };
  for (const row of rows) {
    const reach = reachOfRow(deps, tenant, row);
    const { notices } = policies.get(row.service_ids[0] ?? "") ?? policies.get("") ?? defaultPolicy;
    const ways = waysFor(notices.channels, reach, { email: true, sms: isSmsOn });
    counts[wayOf(ways, reach)] += 1;
  }
  return counts;
}

function wayOf(ways: ReturnType<typeof waysFor>, { phone }: Reach): keyof Reaches {
  if (ways.some(({ channel }) => channel === "sms")) return "sms";
  if (ways.length > 0) return "email";
  return phone === undefined ? "nobody" : "phone";
}

function reachOfRow({ vault }: Pick<Deps, "vault">, tenant: Tenant, row: VisitRow): Reach {
  const nobody: Reach = { email: undefined, mobile: undefined, phone: undefined };
  if (!row.people_encrypted) return nobody;
  try {
    const owner = { tenantId: tenant.id, id: row.id };
    return reachOf(openPeople(vault, owner, row.people_encrypted).booker, tenant.holidayCountry);
  } catch {
    // A damaged row is one that nobody can be told by; whoever plans the messages reports it.
    return nobody;
  }
}
