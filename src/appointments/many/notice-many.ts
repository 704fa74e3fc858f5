import type { Trx } from "../../db/database.ts";
import { type EventContext, recordManyEvents } from "../../events/record-events.ts";
import type { ManyDone } from "./cancel-many.ts";
import { type FrozenAppointment, judgeFrozen } from "./frozen.ts";
import { lockMany, raiseVersions } from "./queries.ts";
import { subjectEvents } from "./subject-events.ts";

/** Whose people are told something. */
export interface NoticeMany {
  readonly items: readonly FrozenAppointment[];
  /** Ids and enumerated values for the events, such as which operation it was. */
  readonly facts: Readonly<Record<string, string | boolean>>;
}

/**
 * Notes for appointments that are as they were when they were chosen, at most a thousand, that their people are told
 * something, in the caller's transaction: their version rises, so that each notice is one of its own. May be repeated:
 * a raised version is not the one that was chosen.
 */
export async function noticeManyIn(
  trx: Trx,
  context: EventContext,
  { items, facts }: NoticeMany,
): Promise<ManyDone> {
  const tenantId = context.tenant.id;
  const locked = await lockMany(
    trx,
    tenantId,
    items.map((one) => one.id),
  );
  const rows = new Map(locked.map((row) => [row.id, row]));
  const outcomes = items.map((one) =>
    judgeFrozen(one, rows.get(one.id), { mayLoseSupport: false }),
  );
  const told = items.flatMap(({ id }, index) => {
    const row = rows.get(id);
    return row && outcomes[index] === "done" ? [row] : [];
  });
  if (told.length === 0) return { outcomes, eventIds: [] };
  const count = await raiseVersions(
    trx,
    tenantId,
    told.map(({ id }) => id),
  );
  if (count !== told.length) throw new Error("Locked appointments were not all noted");
  const eventIds = await recordManyEvents(trx, context, {
    kind: "appointment.noticed",
    subjectKind: "appointment",
    of: subjectEvents(told, facts),
  });
  return { outcomes, eventIds };
}
