import type { Deps, RequestContext } from "../../context.ts";
import { conflictingChange, DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import type { MessageSettings } from "./message-settings.ts";
import { findSettings, lockSettings, updateSettings } from "./queries.ts";

type Changeable = Pick<
  MessageSettings,
  | "quiet_from"
  | "quiet_to"
  | "is_sms_on"
  | "sms_is_transliterated"
  | "sms_price_micros"
  | "sms_daily_ceiling_micros"
>;

/** What is to be otherwise, and the version that the caller saw (0 while the defaults hold). */
export type ChangeSettings = {
  readonly [Name in keyof Changeable]?: Changeable[Name] | undefined;
} & { readonly version: number };

/** Changes how messages are sent; what is planned keeps its time. Throws `conflicting-change`. */
export async function changeSettings(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  { version, ...change }: ChangeSettings,
): Promise<MessageSettings> {
  const { tenant, signal } = context;
  return db.inTenant(
    tenant.id,
    async (trx) => {
      const current = await lockSettings(trx, tenant.id);
      if (current.version !== version) {
        throw new DomainError(conflictingChange, "The settings were changed meanwhile.", {
          facts: { version: current.version },
        });
      }
      const stated = Object.entries(change).filter(([, value]) => value !== undefined);
      await updateSettings(trx, tenant.id, { ...current, ...Object.fromEntries(stated) });
      await recordEvents(trx, context, [
        {
          kind: "message_settings.changed",
          subjectKind: "tenant",
          subjectId: tenant.id,
          subjectVersion: version + 1,
          body: { fields: stated.map(([name]) => name) },
          isRelayed: false,
        },
      ]);
      return findSettings(trx, tenant.id);
    },
    { signal },
  );
}
