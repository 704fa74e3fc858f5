import type { SubjectEvent } from "../../events/record-events.ts";
import type { ManyRow } from "./queries.ts";

/** What an operation says of appointments: where they are and for what, and the same facts of all. Pure. */
export function subjectEvents(
  rows: readonly ManyRow[],
  facts: Readonly<Record<string, string | boolean>>,
): SubjectEvent[] {
  const bodies = new Map<string, SubjectEvent["body"]>();
  return rows.map((row) => {
    const name = [row.site_id, ...row.service_ids].join();
    const body = bodies.get(name) ?? {
      site_id: row.site_id,
      service_ids: row.service_ids,
      ...facts,
    };
    bodies.set(name, body);
    return { subjectId: row.id, subjectVersion: row.version + 1, body };
  });
}
