import type { RequestContext } from "../../context.ts";
import type { BatchOutcome } from "../../db/gatherer.ts";
import { DomainError } from "../../errors.ts";
import { requestInProgress } from "../../http/idempotency.ts";
import type { KeyState } from "../../http/idempotency-many.ts";

interface Item {
  readonly context: Pick<RequestContext, "signal">;
}

/** Whether the item's caller has gone, or its deadline has passed, before its batch began. */
export function isGone({ context }: Item): boolean {
  return context.signal?.aborted ?? false;
}

/** Why an item was given up. */
export function abortOf({ context }: Item): Error {
  const reason: unknown = context.signal?.reason;
  return reason instanceof Error ? reason : new Error("The request was given up");
}

/** What becomes of an item whose key was not free: the stored reply, alone; another turn; or a refusal. */
export function outcomeOfKey(
  state: Exclude<KeyState, "free"> | undefined,
): BatchOutcome<undefined> {
  switch (state) {
    case "stored":
      return { kind: "done", value: undefined };
    case "twin":
      return { kind: "again" };
    case "locked":
    case undefined:
      return {
        kind: "refused",
        error: new DomainError(requestInProgress, "The same request is still being worked on."),
      };
  }
}
