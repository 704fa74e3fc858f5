import type { Deps, RequestContext } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import { lockOwned } from "../claim/release-places.ts";
import { holdExtensionsUsed, holdNotOpen } from "../errors.ts";
import { getHold } from "./get-hold.ts";
import { extensionsMax } from "./hold.ts";
import { type HoldView, holdView } from "./hold-view.ts";
import { prolongHold } from "./queries.ts";

/**
 * Starts the hold's time to live anew, ten times at most. Throws `not-found`, `hold-not-open` and
 * `hold-extensions-used`. Repeating it extends again.
 */
export async function extendHold(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<HoldView> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      await lockOwned(trx, tenantId, [id]);
      const hold = await prolongHold(trx, tenantId, id);
      if (hold) return holdView(hold);
      const found = await getHold(trx, tenantId, id);
      if (found.status === "open" && found.extensions >= extensionsMax) {
        throw new DomainError(holdExtensionsUsed, "This time was extended as often as possible.", {
          facts: { expires_at: found.expiresAt.toISOString() },
        });
      }
      throw new DomainError(holdNotOpen, "This time is no longer held for you.");
    },
    { signal: context.signal },
  );
}
