import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toLocalDate } from "../../time/local-date.ts";
import { timeOfMinutes, toLocalEndTime } from "../../time/local-time.ts";
import type { WaitingEntry } from "../entries/entry.ts";
import { freePlace, placeName } from "../entries/wish-fits.ts";
import { kindName } from "./choose-offer.ts";
import type { FreeOfKind, OpenPlace } from "./find-free-places.ts";
import { planOffers } from "./plan-offers.ts";

const base = Date.parse("2027-03-01T07:00:00Z");
const timeZone = "Europe/Rome";
const settings = (count: number) =>
  new Map([
    [
      "v",
      {
        service_id: "v",
        version: 1,
        is_on: true,
        people_per_place: count,
        answer_minutes: 60,
        lapses_max: 2,
      },
    ],
  ]);

interface Given {
  readonly hours: readonly { readonly from: number; readonly party: number }[];
  readonly quarters: readonly { readonly at: number; readonly visits: number }[];
  readonly plansMax: number;
  readonly count: number;
}

const givenArb: fc.Arbitrary<Given> = fc.record({
  hours: fc.array(fc.record({ from: fc.nat({ max: 1_000 }), party: fc.constantFrom(1, 2) }), {
    maxLength: 12,
  }),
  quarters: fc.uniqueArray(
    fc.record({ at: fc.nat({ max: 40 }), visits: fc.integer({ min: 1, max: 3 }) }),
    { maxLength: 10, selector: (one) => one.at },
  ),
  plansMax: fc.integer({ min: 1, max: 6 }),
  count: fc.integer({ min: 1, max: 3 }),
});

function entryOf({ from, party }: Given["hours"][number], index: number): WaitingEntry {
  return {
    id: `e${index}`,
    serviceIds: ["v"],
    partySize: party,
    channel: "web",
    language: "it",
    siteIds: ["s"],
    fromOn: toLocalDate("2027-03-01"),
    toOn: toLocalDate("2027-03-02"),
    weekdays: [1, 2, 3, 4, 5, 6, 7],
    fromTime: timeOfMinutes(from),
    toTime: toLocalEndTime("24:00"),
    earlierThan: null,
    knownPlaces: new Set<string>(),
  };
}

function freeOf({ quarters }: Given): ReadonlyMap<string, FreeOfKind> {
  const kinds = [1, 2].map((partySize) => ({
    serviceIds: ["v"],
    partySize,
    channel: "web" as const,
  }));
  return new Map(
    kinds.map((kind) => {
      const places: OpenPlace[] = quarters
        .toSorted((a, b) => a.at - b.at)
        .map(({ at }) => ({
          ...freePlace({ siteId: "s", timeZone, startsAt: base + at * 900_000 }),
          timeZone,
        }));
      const left = new Map(
        places.map((place, index) => [
          placeName(place),
          quarters.toSorted((a, b) => a.at - b.at)[index]?.visits ?? 0,
        ]),
      );
      const leftOf = (place: OpenPlace): number => left.get(placeName(place)) ?? 0;
      const ofKind: FreeOfKind = {
        kind,
        places: () => places,
        left: leftOf,
        take: (place) => left.set(placeName(place), leftOf(place) - 1),
        forget: (place) => left.set(placeName(place), 0),
      };
      return [kindName(kind), ofKind] as const;
    }),
  );
}

/** Plans and makes `plansMax` at a time until nothing is left to plan: who is asked about what. */
function askAll(given: Given, plansMax: number): string[] {
  const free = freeOf(given);
  const entries = given.hours.map(entryOf);
  const asked = new Set<string>();
  const made: string[] = [];
  let from = 0;
  for (;;) {
    const part = { free, settings: settings(given.count), from, plansMax };
    const plans = planOffers(entries, { ...part, isOver: (entry) => asked.has(entry.id) });
    const last = plans.at(-1);
    if (!last) return made;
    from = last.at;
    for (const { place, entry, companions } of plans) {
      free.get(kindName(entry))?.take(place);
      for (const one of [entry, ...companions]) asked.add(one.id);
      made.push(`${[entry, ...companions].map((one) => one.id).join("+")} ${placeName(place)}`);
    }
  }
}

describe("plans of many offers at once", () => {
  it("are those that would be made one by one", () => {
    fc.assert(
      fc.property(givenArb, (given) => {
        expect(askAll(given, given.plansMax)).toEqual(askAll(given, 1));
      }),
      { numRuns: 500 },
    );
  });

  it("ask nobody twice, and give no place more often than it is left", () => {
    fc.assert(
      fc.property(givenArb, (given) => {
        const entries = given.hours.map(entryOf);
        const part = { free: freeOf(given), settings: settings(given.count), from: 0 };
        const plans = planOffers(entries, { ...part, plansMax: 100, isOver: () => false });
        const people = plans.flatMap(({ entry, companions }) => [entry, ...companions]);
        expect(new Set(people.map((one) => one.id)).size).toBe(people.length);
        for (const { at, visits } of given.quarters)
          for (const party of [1, 2]) {
            const startsAt = base + at * 900_000;
            const here = plans.filter(
              (one) => one.place.startsAt === startsAt && one.entry.partySize === party,
            );
            expect(here.length).toBeLessThanOrEqual(visits);
          }
      }),
      { numRuns: 300 },
    );
  });
});
