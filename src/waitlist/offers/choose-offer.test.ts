import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, toLocalDate } from "../../time/local-date.ts";
import { timeOfMinutes, toLocalEndTime } from "../../time/local-time.ts";
import type { WaitingEntry } from "../entries/entry.ts";
import { type FreePlace, freePlace, placeFits } from "../entries/wish-fits.ts";
import { chooseCompanions, choosePlace, inOrderOfTime } from "./choose-offer.ts";

const monday = toLocalDate("2027-03-01");
const base = Date.parse("2027-03-01T07:00:00Z");

const placeArb: fc.Arbitrary<FreePlace> = fc
  .record({ siteId: fc.constantFrom("s", "t"), quarter: fc.nat({ max: 400 }) })
  .map(({ siteId, quarter }) =>
    freePlace({ siteId, timeZone: "Europe/Rome", startsAt: base + quarter * 900_000 }),
  );

const entryArb = (id: string): fc.Arbitrary<WaitingEntry> =>
  fc
    .record({
      siteIds: fc.subarray(["s", "t"], { minLength: 1 }),
      first: fc.nat({ max: 3 }),
      days: fc.nat({ max: 3 }),
      weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
      fromMinutes: fc.nat({ max: 1_200 }),
      partySize: fc.constantFrom(1, 2),
    })
    .map(({ siteIds, first, days, weekdays, fromMinutes, partySize }) => ({
      id,
      serviceIds: ["v"],
      partySize,
      channel: "web",
      language: "it",
      siteIds,
      fromOn: addDays(monday, first),
      toOn: addDays(monday, first + days),
      weekdays,
      fromTime: timeOfMinutes(fromMinutes),
      toTime: toLocalEndTime("24:00"),
      earlierThan: null,
      knownPlaces: new Set<string>(),
    }));

const entriesArb = fc.tuple(...Array.from({ length: 8 }, (_, at) => entryArb(`e${at}`)));
const placesArb = fc.uniqueArray(placeArb, {
  maxLength: 12,
  selector: (place) => `${place.siteId}/${place.startsAt}`,
});

describe("offers in the order", () => {
  it("leave no place to which somebody who got none could have been asked", () => {
    fc.assert(
      fc.property(entriesArb, placesArb, (entries, places) => {
        let left = inOrderOfTime(places);
        const given = new Map<string, FreePlace>();
        for (const entry of entries) {
          const place = choosePlace(entry, left);
          if (!place) continue;
          given.set(entry.id, place);
          left = left.filter((one) => one !== place);
        }
        for (const [at, entry] of entries.entries()) {
          const place = given.get(entry.id);
          // Whoever comes later in the order never has an earlier place that would have fitted.
          const later = entries.slice(at + 1).flatMap((one) => given.get(one.id) ?? []);
          const better = [...later, ...left].filter(
            (one) => placeFits(entry, one) && (!place || one.startsAt < place.startsAt),
          );
          expect(better).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("ask the next ones in the order whom the place fits, of the same kind, and no more than are wanted", () => {
    fc.assert(
      fc.property(entriesArb, placeArb, fc.integer({ min: 2, max: 5 }), (entries, place, count) => {
        const entry = entries.find((one) => placeFits(one, place));
        if (!entry) return;
        const companions = chooseCompanions(entry, entries, { place, count });
        const fitting = entries.filter(
          (one) =>
            one.id !== entry.id && one.partySize === entry.partySize && placeFits(one, place),
        );
        expect(companions).toEqual(fitting.slice(0, count - 1));
      }),
      { numRuns: 300 },
    );
  });
});
