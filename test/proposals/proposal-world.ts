import { z } from "zod";
import {
  createScheduleWorld,
  expectStatus,
  type ScheduleWorld,
} from "../support/schedule-world.ts";
import type { ApiAnswer } from "../support/test-app.ts";

const counts = z.looseObject({
  slots_gained: z.number(),
  slots_lost: z.number(),
  places_gained: z.number(),
  places_lost: z.number(),
  stays: z.number(),
  moves: z.number(),
  conflicts: z.number(),
  conflicts_without_contact: z.number(),
  returns: z.number(),
});

export const proposalShape = z.looseObject({
  id: z.string(),
  status: z.string(),
  snapshot: z.string(),
  version: z.number(),
  totals: counts,
  days: z.array(counts.extend({ site_id: z.string(), date: z.string() })),
  sample: z.array(z.looseObject({ id: z.string(), outcome: z.string() })),
});
export type ProposalAnswer = z.infer<typeof proposalShape>;

const concernedPage = z.looseObject({
  items: z.array(z.looseObject({ id: z.string(), outcome: z.string() })),
  next_cursor: z.string().nullable(),
});

/** A site with some equivalent desks of one service. */
export interface Counter {
  readonly siteId: string;
  readonly serviceId: string;
  readonly desks: readonly string[];
  readonly book: (startsAt: string, facts?: object) => Promise<string>;
}

/** An administration that makes proposals. */
export interface ProposalWorld extends ScheduleWorld {
  /** Desks open on weekdays from 08:00 to 10:00 in Rome, half an hour a visit. */
  readonly addCounter: (desks: readonly { capacity: number }[]) => Promise<Counter>;
  readonly propose: (...changes: readonly object[]) => Promise<ProposalAnswer>;
  readonly apply: (proposal: Pick<ProposalAnswer, "id" | "snapshot">) => Promise<ApiAnswer>;
  /** What a proposal shows of each appointment. */
  readonly outcomesOf: (id: string) => Promise<Record<string, string>>;
  /** Support, and whether all of its places are counted, of an appointment. */
  readonly stateOf: (
    id: string,
  ) => Promise<{ support: string; resources: string[]; counted: boolean }>;
}

/** Starts the HTTP side on a fresh database, at the given instant. `afterAll(() => world.app.close())`. */
export async function createProposalWorld(now: string): Promise<ProposalWorld> {
  const world = await createScheduleWorld(now);
  const { call, app } = world;
  return {
    ...world,
    addCounter: async (desks) => {
      const first = await world.addOffice();
      const offer = { service_ids: [first.serviceId] };
      const ids = [first.resourceId];
      while (ids.length < desks.length) ids.push(await world.addResource(first.siteId, offer));
      for (const [i, id] of ids.entries()) {
        await world.addOpening(id, { capacity: desks[i]?.capacity ?? 1, starts_on: "2026-06-01" });
      }
      return { siteId: first.siteId, serviceId: first.serviceId, desks: ids, book: first.book };
    },
    propose: async (...changes) =>
      expectStatus(await call("POST", "/schedule-proposals", { changes }), 201).as(proposalShape),
    apply: ({ id, snapshot }) => call("POST", `/schedule-proposals/${id}/apply`, { snapshot }),
    outcomesOf: async (id) => {
      const found: Record<string, string> = {};
      let cursor: string | null = "";
      while (cursor !== null) {
        const query = cursor === "" ? "?limit=3" : `?limit=3&cursor=${cursor}`;
        const answer = await call("GET", `/schedule-proposals/${id}/appointments${query}`);
        const page = expectStatus(answer, 200).as(concernedPage);
        for (const item of page.items) found[item.id] = item.outcome;
        cursor = page.next_cursor;
      }
      return found;
    },
    stateOf: async (id) => {
      const { rows } = await app.sql(
        `SELECT a.support, bool_and(l.is_counted) AS counted, array_agg(DISTINCT s.resource_id::text) AS resources
           FROM appointments a
           JOIN allocations l ON l.owner_id = a.id
           JOIN slots s ON s.id = l.slot_id
          WHERE a.id = $1
          GROUP BY a.support`,
        [id],
      );
      return z
        .object({ support: z.string(), counted: z.boolean(), resources: z.array(z.string()) })
        .parse(rows[0]);
    },
  };
}
