import { v7 as uuidv7 } from "uuid";
import { invitationNotValid } from "../../catalog/errors.ts";
import { freeInvitationUseIn, useInvitationIn } from "../../catalog/invitations/use-invitation.ts";
import type { Channel, Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { type IdempotencyKey, onceByKey } from "../../http/idempotency.ts";
import { claimPlaces } from "../claim/claim-places.ts";
import { moveEvents } from "../claim/mover.ts";
import { isClerk } from "../is-clerk.ts";
import { invitedServiceOf } from "../rules/invited-service.ts";
import type { ServiceRule } from "../rules/booking-rules.ts";
import { loadBookingRules } from "../rules/load-booking-rules.ts";
import { resolveNames } from "../rules/resolve-names.ts";
import type { Hold } from "./hold.ts";
import { type HoldView, holdView } from "./hold-view.ts";
import { insertHold, listOpenHoldIds, markReleased } from "./queries.ts";
import { holdSchema } from "./schema.ts";

/** A wish to keep a time while the citizen fills in the form. */
export interface CreateHold {
  /** One site and one to five services, in the order of the visit. */
  readonly names: { readonly services: readonly string[]; readonly site: string };
  readonly startsAt: Date;
  readonly partySize: number;
  readonly resourceId?: string | undefined;
  readonly channel: Channel;
  /** Random name a browser or terminal gives itself: its earlier open hold for the same services is replaced. */
  readonly client?: string | undefined;
  /** Opens services by invitation; it is used up by the booking, not by the hold. */
  readonly invitationCode?: string | undefined;
}

/**
 * Keeps places until the hold expires (the shortest time to live of the services, by the database's clock).
 * Throws the problems of a claim, and `not-found` for unknown services. Idempotent by key.
 */
export async function createHold(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: CreateHold & { readonly idempotency?: IdempotencyKey | undefined },
): Promise<HoldView> {
  const { idempotency } = wish;
  return deps.db.inTenant(
    context.tenant.id,
    async (trx) => {
      const reply = await onceByKey(trx, { vault: deps.vault, context, idempotency }, async () => ({
        status: 201,
        body: holdView(await createHoldIn(trx, deps, { context, wish })),
      }));
      return holdSchema.parse(reply.body);
    },
    { signal: context.signal },
  );
}

async function createHoldIn(
  trx: Trx,
  { vault }: Pick<Deps, "vault">,
  { context, wish }: { context: RequestContext; wish: CreateHold },
): Promise<Hold> {
  const { tenant, actor } = context;
  const { serviceIds, siteId } = await resolveNames(trx, tenant.id, wish.names);
  const rules = await loadBookingRules(trx, tenant.id, { serviceIds, siteId });
  await checkInvitations(trx, vault, { context, wish, services: rules.services });
  const clientHash =
    wish.client === undefined ? null : vault.fingerprint(tenant.id, "client", wish.client);
  const replaced = clientHash
    ? await listOpenHoldIds(trx, tenant.id, { clientHash, serviceIds })
    : [];
  const id = uuidv7();
  const ttlSeconds = Math.min(...rules.services.map((service) => service.holdTtlSeconds));
  const claim = await claimPlaces(trx, tenant.id, {
    ...wish,
    rules,
    siteId,
    startsAt: wish.startsAt.getTime(),
    isStaff: isClerk(actor),
    owner: { kind: "hold", id },
    ttlSeconds,
    releasedOwnerIds: replaced,
  });
  const released = await markReleased(trx, tenant.id, replaced);
  const isPinned = wish.resourceId !== undefined;
  const hold = await insertHold(trx, tenant.id, {
    ...wish,
    siteId,
    serviceIds,
    id,
    claim,
    isPinned,
    clientHash,
    ttlSeconds,
  });
  const event = { subjectKind: "hold", isRelayed: false };
  await recordEvents(trx, context, [
    ...released.map((subjectId) => ({ ...event, kind: "hold.released", subjectId }) as const),
    heldEvent(hold),
    ...moveEvents(claim.moved),
  ]);
  return hold;
}

/** The event of a new hold. */
export function heldEvent({ id, serviceIds, channel }: Hold) {
  return {
    kind: "hold.opened",
    subjectKind: "hold",
    subjectId: id,
    isRelayed: false,
    body: { service_ids: serviceIds, channel },
  } as const;
}

/** A hold of a service by invitation needs a code that is still good; the booking uses it up. Staff need none. */
async function checkInvitations(
  trx: Trx,
  vault: Pick<Deps, "vault">["vault"],
  given: { context: RequestContext; wish: CreateHold; services: readonly ServiceRule[] },
): Promise<void> {
  const { tenant, actor } = given.context;
  if (isClerk(actor)) return;
  const invited = invitedServiceOf(given.services);
  if (!invited) return;
  const code = given.wish.invitationCode;
  if (code === undefined) {
    throw new DomainError(invitationNotValid, "This service is by invitation only.");
  }
  const ask = { tenantId: tenant.id, serviceId: invited.id, code };
  await freeInvitationUseIn(trx, tenant.id, await useInvitationIn(trx, vault, ask));
}
