import type { Trx } from "../../db/database.ts";
import type { SendOutcome } from "../transports/transport.ts";
import type { OpenEndpoint } from "./endpoint.ts";
import { noteEndpointReports } from "./queries.ts";

/** Notes which endpoints took something and which did not, in the transaction that settles the attempts. */
export async function noteEndpointsIn(
  trx: Trx,
  tenantId: string,
  attempts: readonly {
    readonly endpoint: OpenEndpoint | null;
    readonly outcome: SendOutcome | undefined;
  }[],
): Promise<void> {
  const hasSucceeded = new Map<string, boolean>();
  for (const { endpoint, outcome } of attempts) {
    if (!endpoint || !outcome) continue;
    const isGood = outcome.kind === "accepted";
    hasSucceeded.set(endpoint.id, isGood || (hasSucceeded.get(endpoint.id) ?? false));
  }
  if (hasSucceeded.size === 0) return;
  const reports = [...hasSucceeded].map(([id, isGood]) => ({ id, hasSucceeded: isGood }));
  await noteEndpointReports(trx, tenantId, reports);
}
