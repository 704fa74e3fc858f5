import type { z } from "@hono/zod-openapi";
import { extensionsMax, type Hold } from "./hold.ts";
import type { holdSchema } from "./schema.ts";

/** A hold as the API shows it. */
export type HoldView = z.infer<typeof holdSchema>;

/** Shows a hold; instants become ISO texts in UTC. */
export function holdView(hold: Hold): HoldView {
  return {
    id: hold.id,
    status: hold.status,
    site_id: hold.siteId,
    service_ids: [...hold.serviceIds],
    party_size: hold.partySize,
    channel: hold.channel,
    starts_at: hold.startsAt.toISOString(),
    ends_at: hold.endsAt.toISOString(),
    expires_at: hold.expiresAt.toISOString(),
    extensions_left: extensionsMax - hold.extensions,
  };
}
