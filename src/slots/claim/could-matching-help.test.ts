import { describe, expect, it } from "vitest";
import { candidate, serviceRule } from "../../../test/support/boards.ts";
import { couldMatchingHelp } from "./could-matching-help.ts";
import { resourcesInReach } from "./resources-in-reach.ts";

const card = serviceRule("card", { durationMinutes: 15 });
const passport = serviceRule("passport", { durationMinutes: 15 });
const alike = ["r1", "r2", "r3"].map((code) => candidate(code, ["card", "passport"]));
const uniform = { candidates: alike, hasPlainOpenings: true };
const visit = { services: [card], partySize: 1 };

describe("moving others", () => {
  it("cannot help one person with one cell where all resources are alike", () => {
    expect(couldMatchingHelp(uniform, visit)).toBe(false);
  });

  it("cannot help where only one resource serves the visit and shares nothing with others", () => {
    const candidates = [...alike, candidate("tax", ["tax"])];
    const long = serviceRule("tax", { durationMinutes: 60 });
    const site = { candidates, hasPlainOpenings: false };
    expect(couldMatchingHelp(site, { services: [long], partySize: 1 })).toBe(false);
  });

  it.each([
    [
      "another resource shares some of the services",
      [...alike, candidate("r4", ["card"])],
      "passport",
    ],
    [
      "cells differ in length",
      [...alike, candidate("r4", ["card", "passport"], { cellMinutes: 30 })],
      "card",
    ],
  ])("could help where %s", (_, candidates, id) => {
    const services = [serviceRule(id, { durationMinutes: 15 })];
    expect(
      couldMatchingHelp({ candidates, hasPlainOpenings: true }, { services, partySize: 1 }),
    ).toBe(true);
  });

  it("could help where openings are restricted, have ceilings or are no starts", () => {
    expect(couldMatchingHelp({ ...uniform, hasPlainOpenings: false }, visit)).toBe(true);
  });

  it.each([
    ["takes several cells", serviceRule("card"), 1],
    ["needs a buffer", serviceRule("card", { durationMinutes: 15, bufferAfterMinutes: 5 }), 1],
    [
      "needs a place per person",
      serviceRule("card", { durationMinutes: 15, placesPerPerson: 1 }),
      2,
    ],
    [
      "takes longer for a party",
      serviceRule("card", { durationMinutes: 15, extraMinutesPerPerson: 5 }),
      2,
    ],
    [
      "is published in portions",
      serviceRule("card", {
        durationMinutes: 15,
        publicationPortions: { pattern: [0], portions: [{ horizon_days: 7, time: "08:00" }] },
      }),
      1,
    ],
  ])("could help a visit that %s", (_, service, partySize) => {
    expect(couldMatchingHelp(uniform, { services: [service], partySize })).toBe(true);
  });

  it("could help a visit that insists on a resource, or of several services", () => {
    expect(couldMatchingHelp(uniform, { ...visit, resourceId: "r2" })).toBe(true);
    expect(couldMatchingHelp(uniform, { services: [card, passport], partySize: 1 })).toBe(true);
  });
});

it("a visit of several services is never said to be past help where it could be seated otherwise", () => {
  const alone = { candidates: alike.slice(0, 1), hasPlainOpenings: true };
  expect(couldMatchingHelp(alone, { services: [card, passport], partySize: 1 })).toBe(true);
});

describe("resources in reach", () => {
  const site = [
    candidate("tax", ["tax"]),
    candidate("ab", ["a", "b"]),
    candidate("bc", ["b", "c"]),
    candidate("cd", ["c", "d"]),
    candidate("d", ["d"]),
    candidate("b-elsewhere", ["b"], { siteId: "other" }),
    candidate("b-room", ["b"], { role: "room" }),
  ];
  const codes = (services: readonly string[], resourceId?: string): string[] =>
    resourcesInReach(site, { services: services.map((id) => serviceRule(id)), resourceId }).map(
      (one) => one.code,
    );

  it("are those that share services, from one to the next, of the same site and role", () => {
    expect(codes(["a"])).toEqual(["d", "ab", "bc", "cd"]);
    expect(codes(["tax"])).toEqual(["tax"]);
  });

  it("include those of every leg", () => {
    expect(codes(["a", "tax"])).toEqual(["d", "tax", "ab", "bc", "cd"]);
  });

  it("start from the chosen one", () => {
    const two = [candidate("r1", ["a"]), candidate("r2", ["a", "b"]), candidate("r3", ["b"])];
    const visitOfB = { services: [serviceRule("b")], resourceId: "r3" };
    expect(resourcesInReach(two, visitOfB).map((one) => one.code)).toEqual(["r1", "r3", "r2"]);
  });
});
