import type { Tenant } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import { partyTooLarge } from "../errors.ts";
import type { AvailabilityDeps, VisitWish } from "./availability.ts";
import { type AvailabilityMemory, createAvailabilityMemory } from "./availability-memory.ts";
import type { KnownWish } from "./judge-day.ts";

/** What a search knows before it looks at slots. */
export interface Search extends Pick<AvailabilityMemory, "lookout" | "judge" | "recall"> {
  readonly wish: KnownWish;
  /** Says who asks for what, to tell questions apart. */
  readonly name: string;
  /** The database's clock, epoch ms. */
  readonly now: number;
}

/** Reads clock and rules. Throws `not-found` for unknown services and sites and `party-too-large`. */
export async function beginSearch(
  { db, availability }: AvailabilityDeps,
  tenant: Tenant,
  { serviceIds, siteId, partySize, channel, isStaff = false, hasPriority = false }: VisitWish,
): Promise<Search> {
  const { lookout, judge, recall } = availability ?? createAvailabilityMemory(db, { ageMaxMs: 0 });
  const names = { services: serviceIds, site: siteId ?? null };
  const { now, rules } = await lookout.rules(tenant.id, names);
  const partySizeMax = Math.min(...rules.services.map((service) => service.partySizeMax));
  if (partySize > partySizeMax) {
    throw new DomainError(partyTooLarge, `At most ${partySizeMax} people fit one appointment.`, {
      facts: { party_size_max: partySizeMax },
    });
  }
  const wish = { tenantId: tenant.id, rules, partySize, channel, isStaff, hasPriority };
  const name = [
    tenant.id,
    names.site,
    partySize,
    channel,
    isStaff,
    hasPriority,
    ...serviceIds,
  ].join("/");
  return { lookout, judge, recall, now, wish, name };
}
