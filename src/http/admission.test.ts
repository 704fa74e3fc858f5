import { describe, expect, test } from "vitest";
import { type Admission, createAdmission } from "./admission.ts";

const inFlightMax = 512;

/** Lets as many in as it may at one instant. */
function fill(gate: Admission, nowMs: number): number {
  let entered = 0;
  while (gate.enter(nowMs)) entered += 1;
  return entered;
}

/** A full gate at instant 0 of which 64 are answered every 160 ms, each in its turn; those who leave are followed at once. */
function rush(gate: Admission, untilMs: number): { inFlight: number[]; atMs: number } {
  const inFlight = Array<number>(fill(gate, 0)).fill(0);
  let atMs = 0;
  while (atMs < untilMs) {
    atMs += 160;
    for (const enteredMs of inFlight.splice(0, 64)) gate.leave(enteredMs, atMs);
    while (gate.enter(atMs)) inFlight.push(atMs);
  }
  return { inFlight, atMs };
}

describe("how many are let in", () => {
  test("is the most allowed while nobody is known to wait", () => {
    expect(fill(createAdmission({ inFlightMax }), 0)).toBe(inFlightMax);
  });

  test("becomes what is answered within the time wanted when they take longer", () => {
    const { inFlight } = rush(createAdmission({ inFlightMax, tookMsWanted: 600 }), 5_000);
    // 400 a second are answered: 240 of them in 600 ms.
    expect(inFlight.length).toBeGreaterThan(180);
    expect(inFlight.length).toBeLessThan(330);
  });

  test("is the most allowed again as soon as nothing is under way", () => {
    const gate = createAdmission({ inFlightMax });
    const { inFlight, atMs } = rush(gate, 5_000);
    for (const enteredMs of inFlight) gate.leave(enteredMs, atMs + 400);
    expect(fill(gate, atMs + 400)).toBe(inFlightMax);
  });

  test("grows back step by step while more come, once they are answered in time", () => {
    const gate = createAdmission({ inFlightMax });
    const { inFlight, atMs } = rush(gate, 5_000);
    let nowMs = atMs;
    let waiting = inFlight;
    for (let n = 0; n < 40; n += 1) {
      nowMs += 150;
      const [kept, ...left] = waiting;
      for (const enteredMs of left) gate.leave(Math.max(enteredMs, nowMs - 150), nowMs);
      waiting = kept === undefined ? [] : [kept];
      while (gate.enter(nowMs)) waiting.push(nowMs);
    }
    expect(waiting.length).toBe(inFlightMax);
  });

  test("does not depend on one that was followed for minutes", () => {
    const gate = createAdmission({ inFlightMax });
    gate.enter(0);
    for (let n = 0; n < 99; n += 1) gate.enter(600_000);
    for (let n = 0; n < 98; n += 1) gate.leave(600_000, 600_005);
    gate.leave(0, 600_010);
    expect(fill(gate, 600_010)).toBe(inFlightMax - 1);
  });

  test("is never less than 64, however long a few take", () => {
    const gate = createAdmission({ inFlightMax });
    const entered = fill(gate, 0);
    for (let n = 0; n < entered - 1; n += 1) gate.leave(0, 60_000);
    expect(fill(gate, 60_000)).toBeGreaterThanOrEqual(63);
  });

  test("is never more than the most allowed, also where that is little", () => {
    const gate = createAdmission({ inFlightMax: 2 });
    expect(fill(gate, 0)).toBe(2);
    gate.leave(0, 10_000);
    expect(fill(gate, 10_000)).toBe(1);
  });
});
