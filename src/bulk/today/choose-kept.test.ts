import { describe, expect, test } from "vitest";
import { chooseKept } from "./choose-kept.ts";

const visit = (id: string, units: number, resourceId = "bay") => ({
  id,
  needs: [{ resourceId, units }],
});

describe("who is on the way keeps the place", () => {
  test("in order, as far as the first hour has room", () => {
    const rooms = new Map([["bay", 3]]);
    const kept = chooseKept([visit("a", 1), visit("b", 1), visit("c", 1), visit("d", 1)], rooms);
    expect(kept).toEqual(["a", "b", "c"]);
  });

  test("whole or not at all, without standing in the way of a smaller visit", () => {
    const rooms = new Map([["bay", 2]]);
    expect(chooseKept([visit("a", 1), visit("b", 2), visit("c", 1)], rooms)).toEqual(["a", "c"]);
  });

  test("at its own resource only, and at all that it needs", () => {
    const rooms = new Map([["bay", 5]]);
    const both = {
      id: "both",
      needs: [
        { resourceId: "bay", units: 1 },
        { resourceId: "room", units: 1 },
      ],
    };
    expect(chooseKept([visit("elsewhere", 1, "room"), both], rooms)).toEqual([]);
  });

  test("not where it has no places at all", () => {
    expect(chooseKept([{ id: "a", needs: [] }], new Map())).toEqual([]);
  });
});
