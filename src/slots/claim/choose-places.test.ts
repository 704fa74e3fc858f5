import { describe, expect, it } from "vitest";
import { candidate, minuteMs, monday8, row, serviceRule } from "../../../test/support/boards.ts";
import { type Ceiling, type CeilingCase, unitsLeft } from "../ceilings/ceilings.ts";
import type { Candidate, ServiceRule } from "../rules/booking-rules.ts";
import {
  type Choice,
  choosePlaces,
  type Misfit,
  type Placement,
  type Visit,
} from "./choose-places.ts";
import { createSlotBoard, type SlotState } from "./slot-board.ts";

const card = serviceRule("card");
const passport = serviceRule("passport");

function choice(
  candidates: readonly Candidate[],
  slots: readonly SlotState[],
  rest: Partial<Choice> = {},
): Choice {
  return {
    board: createSlotBoard(slots),
    rules: { candidates },
    unitsUnderCeilings: () => Number.POSITIVE_INFINITY,
    isPublished: () => true,
    ...rest,
  };
}

function visit(services: readonly ServiceRule[], rest: Partial<Visit> = {}): Visit {
  return { services, partySize: 1, startsAt: monday8, ...rest };
}

function placed(outcome: Placement | Misfit): Placement {
  if (typeof outcome === "string") throw new Error(`was refused: ${outcome}`);
  return outcome;
}

function resourcesOf(outcome: Placement | Misfit): string[] {
  return placed(outcome).legs.flatMap((leg) => [...leg.resourceIds]);
}

function minutesOf(outcome: Placement | Misfit): number[] {
  return placed(outcome).legs.map((leg) => (leg.startsAt - monday8) / minuteMs);
}

function dayCeiling(openingId: string, rest: Partial<Ceiling>): Ceiling {
  return {
    id: `ceiling of ${openingId}`,
    openingId,
    scope: "day",
    channel: "web",
    serviceId: null,
    capacity: 1,
    liftedDaysBefore: null,
    liftedTime: null,
    ...rest,
  };
}

function booking(serviceIds: readonly string[]): CeilingCase {
  return { channel: "web", serviceIds, timeZone: "Europe/Rome", now: monday8 };
}

describe("one service", () => {
  it("takes the resource that offers the fewest services, then the first by code", () => {
    const flexible = candidate("a", ["card", "passport"]);
    const plain = candidate("c", ["card"]);
    const other = candidate("b", ["card"]);
    const slots = [flexible, plain, other].flatMap((one) => row(one, 4));
    expect(
      resourcesOf(choosePlaces(choice([flexible, plain, other], slots), visit([card]))),
    ).toEqual(["b"]);
  });

  it("needs every cell of its length and buffers, one after the other", () => {
    const desk = candidate("a", ["card"]);
    const buffered = serviceRule("card", { bufferBeforeMinutes: 10, bufferAfterMinutes: 5 });
    const slots = row(desk, 4);
    expect(choosePlaces(choice([desk], slots), visit([buffered]))).toBe("past_closing");
    const later = visit([buffered], { startsAt: monday8 + 15 * minuteMs });
    expect(placed(choosePlaces(choice([desk], slots), later)).takings).toHaveLength(4);
    const gap = choice([desk], [...slots.slice(0, 2), ...slots.slice(3)]);
    expect(choosePlaces(gap, later)).toBe("past_closing");
  });

  it("takes one resource per role, and a chosen one only for its own role", () => {
    const officer = candidate("officer", ["card"], { role: "officer" });
    const room = candidate("room", ["card"], { role: "room" });
    const rival = candidate("rival", ["card"], { role: "officer" });
    const service = serviceRule("card", { roles: ["room", "officer"] });
    const slots = [officer, room, rival].flatMap((one) => row(one, 4));
    const chosen = visit([service], { resourceId: "rival" });
    expect(resourcesOf(choosePlaces(choice([officer, room, rival], slots), chosen))).toEqual([
      "rival",
      "room",
    ]);
  });

  it("is refused where the chosen resource cannot serve it", () => {
    const desk = candidate("a", ["card"]);
    const other = candidate("b", ["passport"]);
    const slots = [desk, other].flatMap((one) => row(one, 4));
    const chosen = visit([card], { resourceId: "b" });
    expect(choosePlaces(choice([desk, other], slots), chosen)).toBe("no_start");
  });
});

describe("several services", () => {
  it("stay at one resource that offers all of them", () => {
    const both = candidate("a", ["card", "passport"]);
    const outcome = choosePlaces(choice([both], row(both, 4)), visit([card, passport]));
    expect(minutesOf(outcome)).toEqual([0, 30]);
    expect(placed(outcome).takings.map((taking) => taking.leg)).toEqual([0, 0, 0, 0]);
  });

  it("follow each other at two resources within the stated gap", () => {
    const first = candidate("a", ["card"]);
    const second = candidate("b", ["passport"]);
    const late = row(second, 2, { startsAt: monday8 + 60 * minuteMs });
    const slots = [...row(first, 4), ...late];
    expect(
      minutesOf(choosePlaces(choice([first, second], slots), visit([card, passport]))),
    ).toEqual([0, 60]);
    const hurried = serviceRule("card", { legGapMaxMinutes: 29 });
    expect(choosePlaces(choice([first, second], slots), visit([hurried, passport]))).toBe(
      "no_start",
    );
  });

  it("wait for a later start when the earliest one would leave no time for the last service", () => {
    const a = candidate("a", ["card"]);
    const b = candidate("b", ["passport"]);
    const c = candidate("c", ["tax"]);
    const patient = serviceRule("passport", { legGapMaxMinutes: 0 });
    const tax = serviceRule("tax");
    const slots = [
      ...row(a, 2),
      ...row(b, 6, { startsAt: monday8 + 30 * minuteMs }),
      ...row(c, 2, { startsAt: monday8 + 75 * minuteMs }),
    ];
    const outcome = choosePlaces(choice([a, b, c], slots), visit([card, patient, tax]));
    expect(minutesOf(outcome)).toEqual([0, 45, 75]);
  });

  it("never count the same unit of a slot twice", () => {
    const a = candidate("a", ["card", "tax"]);
    const b = candidate("b", ["passport"]);
    const buffered = serviceRule("card", { durationMinutes: 15, bufferAfterMinutes: 30 });
    const short = serviceRule("passport", { durationMinutes: 15, legGapMaxMinutes: 0 });
    const tax = serviceRule("tax", { durationMinutes: 15 });
    const slots = [...row(a, 3), ...row(b, 3)];
    expect(choosePlaces(choice([a, b], slots), visit([buffered, short, tax]))).toBe("full");
  });

  it("include the chosen resource in one of their legs", () => {
    const a = candidate("a", ["card"]);
    const b = candidate("b", ["passport"]);
    const both = candidate("c", ["card", "passport"]);
    const slots = [a, b, both].flatMap((one) => row(one, 4));
    const chosen = visit([card, passport], { resourceId: "b" });
    expect(resourcesOf(choosePlaces(choice([a, b, both], slots), chosen))).toEqual(["a", "b"]);
  });
});

describe("ceilings", () => {
  it("count both legs of a visit that fall under the same one", () => {
    const desk = candidate("a", ["card", "passport"]);
    const slots = row(desk, 6).map((slot, index) => (index === 2 ? { ...slot, taken: 1 } : slot));
    const services = [card, passport];
    const outcomeUnder = (capacity: number): Placement | Misfit => {
      const ceilings = [dayCeiling("opening of a", { capacity })];
      const unitsUnderCeilings = unitsLeft(ceilings, [], booking(["card", "passport"]));
      return choosePlaces(choice([desk], slots, { unitsUnderCeilings }), visit(services));
    };
    expect(minutesOf(outcomeUnder(2))).toEqual([0, 45]);
    expect(outcomeUnder(1)).toBe("full");
  });

  it("for one service leave the other services of the visit alone", () => {
    const a = candidate("a", ["card"]);
    const b = candidate("b", ["passport"]);
    const ceilings = [
      dayCeiling("opening of b", { channel: null, serviceId: "card", capacity: 0 }),
    ];
    const unitsUnderCeilings = unitsLeft(ceilings, [], booking(["card", "passport"]));
    const slots = [...row(a, 4), ...row(b, 4)];
    const outcome = choosePlaces(
      choice([a, b], slots, { unitsUnderCeilings }),
      visit([card, passport]),
    );
    expect(minutesOf(outcome)).toEqual([0, 30]);
  });
});
