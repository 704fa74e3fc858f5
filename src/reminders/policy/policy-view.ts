import { findServiceRow } from "../../catalog/services/queries.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { isId } from "../../http/text-schema.ts";
import { defaultPolicy, type MessagePolicy } from "./message-policy.ts";
import type { PolicyRow } from "./queries.ts";

/** Whose policy is meant: a service's by id or code, or the one of all others. */
export type NamedPolicy = { readonly service: string } | "all_others";

/** A policy and where it comes from: version 0 is the shipped one. */
export interface PolicyView {
  readonly service_id: string | null;
  readonly version: number;
  readonly rules: MessagePolicy;
}

/** A policy as it is shown. */
export function policyView({
  service_id,
  version,
  rules,
}: Pick<PolicyRow, "service_id" | "version" | "rules">): PolicyView {
  return { service_id, version, rules };
}

/** What holds where nothing was stated. */
export const shippedPolicy: PolicyView = { service_id: null, version: 0, rules: defaultPolicy };

/** The service's id; null for all others. Throws `not-found`. */
export async function serviceIdOf(
  trx: Trx,
  tenantId: string,
  named: NamedPolicy,
): Promise<string | null> {
  if (named === "all_others") return null;
  const { service } = named;
  const name = isId(service) ? { id: service, code: null } : { id: null, code: service };
  const found = await findServiceRow(trx, tenantId, name);
  if (!found) throw new DomainError(notFound, "There is no such service.");
  return found.id;
}
