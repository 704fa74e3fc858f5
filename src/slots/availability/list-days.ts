import { datesBetween, type LocalDate } from "../../time/local-date.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import { type AvailableDay, type DayStatus, dayStatuses } from "./availability.ts";
import type { JudgedStart } from "./judge-starts.ts";
import type { SiteBoard } from "./site-board.ts";

/** Sorts the judged starts of a site into its days, every date of the range once. */
export function listDays(
  { reading: { site } }: SiteBoard,
  starts: readonly JudgedStart[],
  range: { readonly from: LocalDate; readonly to: LocalDate },
): AvailableDay[] {
  const byDate = Map.groupBy(starts, (start) => localDateOf(start.startsAt, site.timeZone));
  return datesBetween(range.from, range.to).map((date) => {
    const ofDay = byDate.get(date) ?? [];
    const publishedAt = ofDay.reduce(
      (next, start) => Math.min(next, start.publishedAt),
      Number.POSITIVE_INFINITY,
    );
    return {
      site_id: site.id,
      date,
      time_zone: site.timeZone,
      status: statusOf(ofDay),
      published_at: Number.isFinite(publishedAt) ? dateFromEpochMs(publishedAt) : null,
      starts: ofDay
        .filter((start) => start.places > 0)
        .map((start) => ({
          starts_at: dateFromEpochMs(start.startsAt),
          places: start.places,
        })),
    };
  });
}

/** A day is as good as its best start: one that will be published beats a full one, a full one beats one past. */
function statusOf(starts: readonly JudgedStart[]): DayStatus {
  const found = new Set(starts.map(statusOfStart));
  return dayStatuses.find((status) => found.has(status)) ?? "closed";
}

function statusOfStart({ refusal, publishedAt }: JudgedStart): DayStatus {
  if (refusal === null) return "open";
  if (Number.isFinite(publishedAt)) return "not_published";
  switch (refusal) {
    case "ceiling":
      return "full";
    case "not_permitted":
    case "past_closing":
    case "no_start":
      return "closed";
    default:
      return refusal;
  }
}
