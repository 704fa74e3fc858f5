import type { SentPeople } from "../../appointments/prepare-booking.ts";
import { onePersonKey } from "../../appointments/quota/quota.ts";
import type { Channel, Deps, RequestContext } from "../../context.ts";

/**
 * The keyed hash by which one person waits once for the same services: of whoever comes first, else of whoever asks, by
 * tax code, else name and date of birth, else name and contact, never by a contact alone. Null where only a clerk knows
 * who it is.
 */
export function personHashOf(
  { vault }: Pick<Deps, "vault">,
  {
    context: { tenant },
    people,
    channel,
  }: {
    readonly context: Pick<RequestContext, "tenant">;
    readonly people: SentPeople;
    readonly channel: Channel;
  },
): Buffer | null {
  const { booker, participants } = people;
  const named = participants.find((one) => one.name !== undefined || one.tax_code !== undefined);
  const { email, phone } = booker;
  const person = named ? { ...named, name: named.name ?? booker.name, email, phone } : booker;
  const key = onePersonKey(person, { country: tenant.holidayCountry, channel });
  return key === undefined ? null : vault.fingerprint(tenant.id, "waitlist/person", key);
}
