import type { LocalizedText } from "../../context.ts";

/** What an administration states about a resource, besides where it is. */
export interface ResourceFacts {
  readonly name: LocalizedText;
  /** What it is to a visit: desk, room, officer, lane, bay. */
  readonly role: string;
  /** Length of its slots in real minutes, 5 to 60. */
  readonly cell_minutes: number;
  /** Whether citizens may choose it, such as the officer of their case. */
  readonly is_choosable: boolean;
  /** The services it offers, in order of their ids. */
  readonly service_ids: readonly string[];
}

/** What is used up while serving: a desk, a lane, a bay, a room, an officer's diary. */
export interface Resource extends ResourceFacts {
  readonly id: string;
  readonly code: string;
  readonly site_id: string;
  readonly version: number;
  readonly is_retired: boolean;
}

/** Changes of these let its slots be generated anew. */
export const factsThatMoveSlots: readonly string[] = ["cell_minutes", "service_ids"];

/** The facts of a resource without what the service adds. */
export function factsOfResource(resource: Resource): ResourceFacts {
  const { name, role, cell_minutes, is_choosable, service_ids } = resource;
  return { name, role, cell_minutes, is_choosable, service_ids };
}

/** The same ids once each, in the order in which they are stored. */
export function sortedIds(ids: readonly string[]): string[] {
  return [...new Set(ids)].toSorted((a, b) => (a < b ? -1 : 1));
}
