import type { z } from "@hono/zod-openapi";
import { localTimeOf } from "../../time/wall-clock.ts";
import type { AvailableDay, FreeStart, NextStarts } from "./availability.ts";
import type { JudgedDay } from "./judge-day.ts";
import type { availabilitySchema, nextStartsSchema } from "./schema.ts";

const texts = new WeakMap<JudgedDay, string>();

/**
 * Availability as the API shows it, as JSON; each day is written once. When it will change is left out: who knows to the
 * millisecond when a hold of somebody else ends has an advantage that no person has.
 */
export function availabilityText(days: readonly JudgedDay[]): string {
  const parts = days.map((judged) => {
    const known = texts.get(judged);
    if (known !== undefined) return known;
    const text = JSON.stringify(dayView(judged.day));
    texts.set(judged, text);
    return text;
  });
  return `{"days":[${parts.join(",")}]}`;
}

function dayView(day: AvailableDay): z.infer<typeof availabilitySchema>["days"][number] {
  return {
    site_id: day.site_id,
    date: day.date,
    time_zone: day.time_zone,
    status: day.status,
    published_at: day.published_at?.toISOString() ?? null,
    starts: day.starts.map((start) => startView(start, day.time_zone)),
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
