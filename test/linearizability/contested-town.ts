import type { TestApp } from "../support/test-app.ts";
import { buildTown, daysAhead, isoAfter } from "../support/town.ts";
import type { Capacities } from "./model.ts";

/** A start that people fight for, at a site where the same desks serve every start. */
export interface Cell {
  /** As in histories. */
  readonly name: string;
  readonly siteId: string;
  readonly startsAt: string;
  /** Services that can be had there, each within one cell. */
  readonly serviceIds: readonly string[];
}

/** Sites that share nothing, each with a few cells; visits are moved within a site. */
export interface ContestedTown {
  readonly sites: readonly (readonly Cell[])[];
  readonly capacities: Capacities;
}

interface Plan {
  readonly services: readonly string[];
  /** Capacity of each desk; all offer every service, so a start has as many places as its desks together. */
  readonly desks: readonly number[];
  readonly cells: number;
}

const plans: readonly Plan[] = [
  { services: ["id-card"], desks: [1], cells: 3 },
  { services: ["id-card", "passport"], desks: [2], cells: 3 },
  { services: ["registry"], desks: [1, 2], cells: 2 },
  { services: ["registry", "tax"], desks: [3], cells: 2 },
];

/** Builds `rounds` sites of every plan; holds last half a minute, the least there is. */
export async function buildContestedTown(app: TestApp, rounds: number): Promise<ContestedTown> {
  const from = daysAhead(20, 5);
  const capacities = new Map<string, number>();
  const sites: Cell[][] = [];
  for (const plan of Array.from({ length: rounds }, () => plans).flat()) {
    const town = await buildTown(app, {
      services: plan.services.map((code) => ({
        code,
        columns: { duration_minutes: 15, hold_ttl_seconds: 30 },
      })),
      resources: plan.desks.map((capacity, index) => ({
        code: `desk-${index}`,
        offers: plan.services,
        from,
        cells: plan.cells,
        capacity,
      })),
    });
    const cells = Array.from({ length: plan.cells }, (_, index): Cell => {
      const startsAt = isoAfter(from, index * 15);
      const { siteId } = town;
      const serviceIds = Object.values(town.services);
      return { name: cellName(siteId, startsAt), siteId, startsAt, serviceIds };
    });
    const places = plan.desks.reduce((sum, capacity) => sum + capacity, 0);
    for (const cell of cells) capacities.set(cell.name, places);
    sites.push(cells);
  }
  return { sites, capacities };
}

/** The name of the cell at a site (id) at an instant (ISO, UTC). */
export function cellName(siteId: string, startsAt: string): string {
  return `${siteId} ${startsAt}`;
}
