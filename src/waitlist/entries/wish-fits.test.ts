import { describe, expect, it } from "vitest";
import { toLocalDate } from "../../time/local-date.ts";
import { toLocalEndTime, toLocalTime } from "../../time/local-time.ts";
import type { WaitingEntry } from "./entry.ts";
import { freePlace, placeFits, placeName } from "./wish-fits.ts";

const wish: WaitingEntry = {
  id: "e",
  serviceIds: ["v"],
  partySize: 1,
  channel: "web",
  language: "it",
  siteIds: ["s"],
  fromOn: toLocalDate("2027-03-01"),
  toOn: toLocalDate("2027-03-31"),
  weekdays: [1],
  fromTime: toLocalTime("09:00"),
  toTime: toLocalEndTime("12:00"),
  earlierThan: null,
  knownPlaces: new Set(),
};

/** Monday, 8 March 2027, at so many hours and minutes in Rome, which is an hour ahead then. */
function at(time: string, siteId = "s") {
  const startsAt = Date.parse(`2027-03-08T${time}:00+01:00`);
  return freePlace({ siteId, timeZone: "Europe/Rome", startsAt });
}

describe("a place fits a wish", () => {
  it("from the first hour on and before the last one, on the site's clock", () => {
    expect(placeFits(wish, at("09:00"))).toBe(true);
    expect(placeFits(wish, at("11:59"))).toBe(true);
    expect(placeFits(wish, at("08:59"))).toBe(false);
    expect(placeFits(wish, at("12:00"))).toBe(false);
  });

  it("until the end of the day when no hour is named", () => {
    const all = { ...wish, fromTime: toLocalTime("00:00"), toTime: toLocalEndTime("24:00") };
    expect(placeFits(all, at("23:59"))).toBe(true);
    expect(placeFits(all, at("00:00"))).toBe(true);
  });

  it.each([
    ["at another site", wish, at("10:00", "t")],
    ["on another weekday", { ...wish, weekdays: [2] }, at("10:00")],
    ["before the first day", { ...wish, fromOn: toLocalDate("2027-03-09") }, at("10:00")],
    ["after the last day", { ...wish, toOn: toLocalDate("2027-03-07") }, at("10:00")],
    ["that is not earlier", { ...wish, earlierThan: at("10:00").startsAt }, at("10:00")],
    [
      "that it was offered",
      { ...wish, knownPlaces: new Set([placeName(at("10:00"))]) },
      at("10:00"),
    ],
  ])("not %s", (_why, entry, place) => {
    expect(placeFits(entry, place)).toBe(false);
  });

  it("earlier than the appointment it would give up", () => {
    expect(placeFits({ ...wish, earlierThan: at("10:01").startsAt }, at("10:00"))).toBe(true);
  });

  it("by the hour that the clock shows on the day it changes", () => {
    const sunday = { ...wish, weekdays: [7], fromTime: toLocalTime("03:00") };
    const startsAt = Date.parse("2027-03-28T01:00:00Z");
    const place = freePlace({ siteId: "s", timeZone: "Europe/Rome", startsAt });
    expect(place.minutes).toBe(180);
    expect(placeFits(sunday, place)).toBe(true);
  });
});
