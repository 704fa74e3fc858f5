import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkHistory } from "./check-history.ts";
import type { Action, Operation } from "./history.ts";
import { type State, step } from "./model.ts";
import { sequences } from "./sequences.ts";

const capacities = new Map([
  ["a", 1],
  ["b", 2],
]);

function verdictOf(operations: readonly Operation[]): string {
  return checkHistory({ operations, capacities }).kind;
}

/** `[start, end, action]`, named by position. */
function history(...rows: readonly (readonly [number, number, Action])[]): Operation[] {
  return rows.map(([start, end, action], index) => ({ name: `op${index}`, start, end, action }));
}

const claimed = (owner: string, cell = "a"): Action => ({ kind: "claimed", cell, owner });
const full = (cell = "a"): Action => ({ kind: "full", cell });
const counted = (...owners: string[]): Action => ({
  kind: "counted",
  cell: "a",
  owners,
  strangers: 0,
});

describe("a history is explained when", () => {
  it("a refusal overlaps the booking that took the last place, whichever was answered first", () => {
    expect(verdictOf(history([0, 5, full()], [1, 9, claimed("x")]))).toBe("explained");
  });

  it("a place is taken while its cancellation is still unanswered", () => {
    const cancelled = { kind: "cancelled", owner: "x" } as const;
    expect(verdictOf(history([0, 1, claimed("x")], [2, 9, cancelled], [3, 4, claimed("y")]))).toBe(
      "explained",
    );
  });

  it("a hold expired within the uncertainty of the clock and somebody else got its place", () => {
    const operations = history([0, 1, claimed("h")], [30, 32, claimed("y")]);
    const expired = { kind: "expired", owner: "h", term: 0 } as const;
    expect(
      verdictOf([...operations, { name: "t", start: 31, end: 33, action: expired, after: "op0" }]),
    ).toBe("explained");
  });

  it("a booking without answer took the place, or never came", () => {
    const doubt = { name: "d", start: 0, end: 9, action: claimed("?d"), isDoubtful: true };
    expect(verdictOf([doubt, ...history([2, 3, full()])])).toBe("explained");
    expect(verdictOf([doubt, ...history([2, 3, claimed("x")])])).toBe("explained");
    expect(verdictOf([doubt, ...history([2, 3, claimed("x")], [4, 5, full()])])).toBe("explained");
  });
});

describe("a history is not explained when", () => {
  it("a slot is oversold", () => {
    expect(verdictOf(history([0, 9, claimed("x")], [0, 9, claimed("y")]))).toBe("unexplained");
  });

  it("an acknowledged booking is lost", () => {
    expect(verdictOf(history([0, 1, claimed("x")], [5, 6, counted()]))).toBe("unexplained");
  });

  it("a place is there that nobody asked for", () => {
    expect(verdictOf(history([0, 1, full()]))).toBe("unexplained");
    expect(verdictOf(history([5, 6, counted("x")]))).toBe("unexplained");
  });

  it("a refusal is blamed on a request without answer that was over when the place was free", () => {
    const doubt = { name: "d", start: 0, end: 1, action: claimed("?d"), isDoubtful: true };
    expect(verdictOf([doubt, ...history([2, 3, counted()], [4, 5, full()])])).toBe("unexplained");
  });

  it("a booking is refused after the last place was given back", () => {
    const cancelled = { kind: "cancelled", owner: "x" } as const;
    expect(verdictOf(history([0, 1, claimed("x")], [2, 3, cancelled], [4, 5, full()]))).toBe(
      "unexplained",
    );
  });

  it("a hold is confirmed after it expired", () => {
    const [claim, confirm] = history(
      [0, 1, claimed("h")],
      [40, 41, { kind: "confirmed", hold: "h", owner: "x", isMove: false }],
    );
    const expired = { kind: "expired", owner: "h", term: 0 } as const;
    const tick = { name: "t", start: 30, end: 31, action: expired, after: "op0" };
    expect(verdictOf([claim, confirm, tick].flatMap((one) => one ?? []))).toBe("unexplained");
  });

  it("a moved visit keeps its old place for an instant between two answers", () => {
    const moved = { kind: "moved", owner: "x", cell: "b" } as const;
    const seen = (cell: string): Action => ({ kind: "seen", owner: "x", cell });
    const rest = [
      [2, 9, moved],
      [3, 4, seen("b")],
    ] as const;
    expect(verdictOf(history([0, 1, claimed("x")], ...rest, [5, 6, claimed("y")]))).toBe(
      "explained",
    );
    expect(verdictOf(history([0, 1, claimed("x")], ...rest, [5, 6, full()]))).toBe("unexplained");
    expect(verdictOf(history([0, 1, claimed("x")], ...rest, [5, 6, seen("a")]))).toBe(
      "unexplained",
    );
  });
});

/** Every order of up to seven operations, tried without any cleverness. `latest` is the latest start so far. */
function hasOrder(
  rest: readonly Operation[],
  state: State = new Map(),
  latest = Number.NEGATIVE_INFINITY,
): boolean {
  if (rest.every((one) => one.isDoubtful === true)) return true;
  return rest.some((one) => {
    const others = rest.filter((other) => other !== one);
    const isTooEarly = others.some(
      (other) => (other.end < one.start && other.isDoubtful !== true) || other.name === one.after,
    );
    const next = isTooEarly || one.end < latest ? undefined : step(state, one.action, capacities);
    return next !== undefined && hasOrder(others, next, Math.max(latest, one.start));
  });
}

const anyAction = fc.oneof(
  fc.constantFrom("a", "b").map((cell) => full(cell)),
  fc.record({ kind: fc.constant("moved" as const), owner: owners(), cell: cells() }),
  fc.record({ kind: fc.constant("cancelled" as const), owner: owners() }),
  fc.record({ kind: fc.constant("gone" as const), owner: owners() }),
  fc.record({ kind: fc.constant("released" as const), owner: owners() }),
  // An appointment is no hold: it has no terms, and nobody gets a place or a term twice.
  fc.record({
    kind: fc.constant("confirmed" as const),
    hold: owners(),
    owner: fc.constant("new"),
    isMove: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("expired" as const), owner: owners(), term: fc.constant(0) }),
  fc.record({
    kind: fc.constant("counted" as const),
    cell: cells(),
    owners: fc.uniqueArray(owners()),
    strangers: fc.constant(0),
  }),
  fc.record({ kind: fc.constant("extended" as const), owner: owners(), term: fc.constant(1) }),
  fc.record({ kind: fc.constant("seen" as const), owner: owners(), cell: cells() }),
);

function owners() {
  return fc.constantFrom("x", "y", "z");
}

function cells() {
  return fc.constantFrom("a", "b");
}

const interval = fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 6 }));

const anyHistory = fc
  .record({
    claims: fc.tuple(cells(), cells(), cells()),
    others: fc.array(anyAction, { maxLength: 4 }),
    intervals: fc.array(interval, { minLength: 7, maxLength: 7 }),
    doubts: fc.array(fc.nat({ max: 5 }), { minLength: 7, maxLength: 7 }),
  })
  .map(({ claims, others, intervals, doubts }) => {
    const actions = [
      ...claims.map((cell, index) => claimed(["x", "y", "z"][index] ?? "", cell)),
      ...others,
    ];
    return actions.map((action, index): Operation => {
      const [start = 0, length = 0] = intervals[index] ?? [];
      const isDoubtful = doubts[index] === 0;
      const ends = action.kind === "expired" || action.kind === "released";
      const claim = ends ? ["x", "y", "z"].indexOf(action.owner) : -1;
      const after = ends && doubts[claim] !== 0 ? { after: `op${claim}` } : {};
      return { name: `op${index}`, action, start, end: start + length, isDoubtful, ...after };
    });
  });

describe("the search", () => {
  it("says the same as trying every order, for any small history, possible or not", () => {
    fc.assert(
      fc.property(anyHistory, (operations) => {
        expect(verdictOf(operations)).toBe(hasOrder(operations) ? "explained" : "unexplained");
      }),
      { numRuns: 20_000 },
    );
  });

  it("explains whatever was answered one after the other, however the requests overlapped", () => {
    fc.assert(
      fc.property(
        sequences(capacities),
        fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 400 })), {
          minLength: 150,
          maxLength: 150,
        }),
        (sequence, delays) => {
          const overlapping = sequence.map((one, index) => {
            const [early = 0, late = 0] = delays[index] ?? [];
            return { ...one, start: one.start - early, end: one.end + late };
          });
          expect(verdictOf(overlapping)).toBe("explained");
        },
      ),
      { numRuns: 200 },
    );
  });

  it("rejects a sequence in which any one answer about a place is turned around", () => {
    fc.assert(
      fc.property(sequences(capacities), fc.nat(), (sequence, pick) => {
        const answers = sequence.filter(({ action }) => /^(claimed|full)$/.test(action.kind));
        const chosen = answers[pick % Math.max(1, answers.length)];
        fc.pre(chosen !== undefined);
        const changed = sequence.map((one) => (one === chosen ? turnedAround(one) : one));
        expect(verdictOf(changed)).toBe("unexplained");
      }),
      { numRuns: 200 },
    );
  });
});

function turnedAround(one: Operation): Operation {
  const { action } = one;
  if (action.kind === "claimed") return { ...one, action: full(action.cell) };
  return action.kind === "full" ? { ...one, action: claimed("new", action.cell) } : one;
}
