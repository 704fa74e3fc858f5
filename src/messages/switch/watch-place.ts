import type { Deps } from "../../context.ts";
import { pauseAll, readSwitch, settleHere } from "./queries.ts";

/** Why sending is paused in a database that it was not switched on in. */
const restored = "restored";

/** How the installation's sending stands. */
export interface SendingState {
  readonly isPaused: boolean;
  /** `restored` when this is another database than the one in which sending was switched on. */
  readonly reason: string | null;
}

/**
 * Pauses sending in a database that is a copy: restored from a backup, or promoted from a standby, it may hold messages
 * as due that were sent long ago. Recognised by the cluster's identifier, the database's id and the timeline, and for
 * the embedded database by its folder's mark (`folder`). The first database of all is taken as it is. Reads only when
 * all is well; may be repeated and run anywhere.
 */
export async function watchPlace(
  { db }: Pick<Deps, "db">,
  folder: string | null,
  signal?: AbortSignal,
): Promise<SendingState> {
  const found = await db.inSystem(readSwitch, { isReadOnly: true, signal });
  if (found.place === null) {
    await db.inSystem((trx) => settleHere(trx, folder), { signal });
    return { isPaused: found.paused_at !== null, reason: found.paused_reason };
  }
  const isElsewhere =
    found.place !== found.here ||
    (folder !== null && found.folder !== null && found.folder !== folder);
  if (isElsewhere && found.paused_at === null) {
    await db.inSystem((trx) => pauseAll(trx, restored), { signal });
    return { isPaused: true, reason: restored };
  }
  return { isPaused: found.paused_at !== null, reason: found.paused_reason };
}
