import type { Deps, RequestContext } from "../../context.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import type { MessageSettings } from "../settings/message-settings.ts";
import { findSettings } from "../settings/queries.ts";
import { readClock } from "../store/queries.ts";
import { findSpend, readSending, type SendingRow } from "./queries.ts";

/** How the sending of an administration stands. */
export interface SendingState extends SendingRow {
  readonly settings: MessageSettings;
  readonly spent_micros: number;
  readonly parts: number;
}

/** Reads what waits, what failed lately, what today's SMS cost and whether sending is paused. */
export async function getSending(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
): Promise<SendingState> {
  return db.inTenant(
    tenant.id,
    async (trx) => {
      const today = localDateOf(await readClock(trx), tenant.timeZone);
      return {
        ...(await readSending(trx, tenant.id)),
        ...(await findSpend(trx, tenant.id, today)),
        settings: await findSettings(trx, tenant.id),
      };
    },
    { isReadOnly: true, signal },
  );
}
