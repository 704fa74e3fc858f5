import type { z } from "@hono/zod-openapi";
import { localTimeOf } from "../../time/wall-clock.ts";
import type { Availability, FreeStart, NextStarts } from "./availability.ts";
import type { availabilitySchema, nextStartsSchema } from "./schema.ts";

/**
 * Availability as the API shows it. When it will change is left out: who knows to the millisecond when a hold of
 * somebody else ends has an advantage that no person has.
 */
export function availabilityView({ days }: Availability): z.infer<typeof availabilitySchema> {
  return {
    days: days.map((day) => ({
      site_id: day.site_id,
      date: day.date,
      time_zone: day.time_zone,
      status: day.status,
      published_at: day.published_at?.toISOString() ?? null,
      starts: day.starts.map((start) => startView(start, day.time_zone)),
    })),
  };
}

/** The next free starts as the API shows them. */
export function nextStartsView(found: NextStarts): z.infer<typeof nextStartsSchema> {
  return {
    starts: found.starts.map((start) => ({
      site_id: start.site_id,
      date: start.date,
      time_zone: start.time_zone,
      ...startView(start, start.time_zone),
    })),
    next_publication_at: found.next_publication_at?.toISOString() ?? null,
  };
}

function startView({ starts_at, places }: FreeStart, timeZone: string) {
  return {
    starts_at: starts_at.toISOString(),
    local_time: localTimeOf(starts_at.getTime(), timeZone),
    places,
  };
}
