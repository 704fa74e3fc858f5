import type { Candidate, ServiceRule } from "../../src/slots/rules/booking-rules.ts";
import type { SlotState } from "../../src/slots/claim/slot-board.ts";

/** 2026-03-02 08:00 in Rome, a Monday. */
export const monday8 = Date.parse("2026-03-02T07:00:00Z");
export const minuteMs = 60_000;

/** A service of 30 minutes at one desk, published long ago. */
export function serviceRule(id: string, rest: Partial<ServiceRule> = {}): ServiceRule {
  return {
    id,
    visibility: "public",
    durationMinutes: 30,
    extraMinutesPerPerson: 0,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    placesPerPerson: 0,
    partySizeMax: 100,
    roles: ["desk"],
    legGapMaxMinutes: 30,
    noticeMinutes: 0,
    horizonDays: 60,
    publicationTime: "00:00",
    publicationPortions: null,
    holdTtlSeconds: 180,
    isScarce: false,
    coolDownSeconds: 0,
    ...rest,
  };
}

/** A desk of cells of 15 minutes. */
export function candidate(
  code: string,
  offers: readonly string[],
  rest: Partial<Candidate> = {},
): Candidate {
  return {
    resourceId: code,
    siteId: "site",
    role: "desk",
    code,
    cellMinutes: 15,
    isChoosable: true,
    offers,
    ...rest,
  };
}

let lastId = 0;

/** `count` touching slots of a resource from 08:00 on, each a start with one free place. */
export function row(
  one: Pick<Candidate, "resourceId" | "cellMinutes">,
  count: number,
  rest: Partial<SlotState> = {},
): SlotState[] {
  const cellMs = one.cellMinutes * minuteMs;
  return Array.from({ length: count }, (_, index) => {
    lastId += 1;
    const startsAt = (rest.startsAt ?? monday8) + index * cellMs;
    return {
      id: lastId,
      resourceId: one.resourceId,
      openingId: `opening of ${one.resourceId}`,
      endsAt: startsAt + cellMs,
      localDate: "2026-03-02",
      ordinal: index,
      isStart: true,
      mode: "bookable",
      capacity: 1,
      taken: 0,
      serviceIds: null,
      hasCeilings: false,
      ...rest,
      startsAt,
    };
  });
}
