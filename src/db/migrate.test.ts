import { describe, expect, it } from "vitest";
import { findPending, refuseOldServer } from "./migrate.ts";

const migration = (name: string, checksum = "c") => ({
  name,
  checksum,
  sql: "SELECT 1",
  isTransactional: true,
});

describe("pending migrations", () => {
  it("are those not applied, also when a later one was, as after merging two branches", () => {
    const pending = findPending(
      [migration("a"), migration("b"), migration("c")],
      [{ name: "b", checksum: "c" }],
    );
    expect(pending.map(({ name }) => name)).toEqual(["a", "c"]);
  });

  it("are refused beside an unknown or an edited one", () => {
    expect(() => findPending([migration("a")], [{ name: "z", checksum: "c" }])).toThrow(
      "newer than this release",
    );
    expect(() => findPending([migration("a", "new")], [{ name: "a", checksum: "old" }])).toThrow(
      "was changed after it was applied",
    );
  });
});

describe("the server's version", () => {
  it("may be 15 or newer", () => {
    expect(() => refuseOldServer(15)).not.toThrow();
    expect(() => refuseOldServer(19)).not.toThrow();
  });

  it("older than 15 is refused with what to do", () => {
    expect(() => refuseOldServer(14)).toThrow(
      /PostgreSQL 14; Sportello needs 15 or newer.*DATABASE_URL/,
    );
  });
});
