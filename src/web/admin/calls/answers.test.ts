import { describe, expect, test } from "vitest";
import { answersFor, answersToOffer } from "./answers.ts";

const booked = {
  kind: "bulk_notice",
  isBooked: true,
  hasPhone: true,
  canWait: false,
  canMove: true,
} as const;

describe("a call can come to", () => {
  test("hearing it, another time or cancelling, for a visit that stands", () => {
    expect(answersFor(booked).slice(0, 3)).toEqual(["told", "move", "cancel"]);
  });

  test("an answer, where somebody is asked whether he comes", () => {
    expect(answersFor({ ...booked, kind: "please_confirm" })[0]).toBe("comes");
  });

  test("waiting, later today or another day, where it was closed at once", () => {
    const closed = answersFor({ ...booked, kind: "urgent_notice", canWait: true });
    expect(closed.slice(0, 4)).toEqual(["told", "wait", "move", "cancel"]);
  });

  test("no cancelling of what is cancelled", () => {
    expect(answersFor({ ...booked, isBooked: false })).not.toContain("cancel");
    expect(answersFor({ ...booked, isBooked: false, canMove: false })).not.toContain("move");
  });

  test("nothing but that there is no number, where there is none", () => {
    expect(answersFor({ ...booked, hasPhone: false })).toEqual(["no_number"]);
    expect(answersToOffer({ hasPhone: false })).toEqual(["no_number"]);
  });

  test("taking or leaving an offered place", () => {
    expect(answersToOffer({ hasPhone: true }).slice(0, 2)).toEqual(["accept", "decline"]);
  });
});
