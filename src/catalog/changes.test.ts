import { describe, expect, it } from "vitest";
import { applyChange } from "./changes.ts";

const site = { code: "hall", name: { it: "Municipio", en: "Town hall" }, phone: "" };

describe("a change", () => {
  it("names what differs and leaves the rest as it was", () => {
    const { next, changedKeys } = applyChange(site, { phone: "051 1", version: 3 });
    expect(next).toEqual({ ...site, phone: "051 1" });
    expect(changedKeys).toEqual(["phone"]);
  });

  it("to the same values in another order changes nothing", () => {
    const same = { name: { en: "Town hall", it: "Municipio" }, phone: undefined };
    expect(applyChange(site, same).changedKeys).toEqual([]);
    expect(applyChange(site, same).next.phone).toBe("");
  });
});
