import { describe, expect, it } from "vitest";
import { createVault, type MasterKey } from "./vault.ts";

const tenant = "0192f0c1-0000-7000-8000-000000000001";
const otherTenant = "0192f0c1-0000-7000-8000-000000000002";
const oldKey: MasterKey = { kid: "k1", key: Buffer.alloc(32, 1) };
const newKey: MasterKey = { kid: "k2", key: Buffer.alloc(32, 2) };

describe("vault", () => {
  it("opens what it sealed, for the same tenant and context", () => {
    const vault = createVault([oldKey]);
    expect(vault.open(tenant, "people/1", vault.seal(tenant, "people/1", "Élodie Müller"))).toBe(
      "Élodie Müller",
    );
  });

  it("does not open a value moved to another row or tenant", () => {
    const vault = createVault([oldKey]);
    const sealed = vault.seal(tenant, "people/1", "x");
    expect(() => vault.open(tenant, "people/2", sealed)).toThrow();
    expect(() => vault.open(otherTenant, "people/1", sealed)).toThrow();
  });

  it("does not open a value of which one bit was changed", () => {
    const vault = createVault([oldKey]);
    const sealed = vault.seal(tenant, "people/1", "x");
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    expect(() => vault.open(tenant, "people/1", sealed)).toThrow();
  });

  it("opens values of the old key after a rotation, seals with the new one and keeps fingerprints", () => {
    const before = createVault([oldKey]);
    const after = createVault([newKey, oldKey]);
    expect(after.open(tenant, "c", before.seal(tenant, "c", "kept"))).toBe("kept");
    expect(() => before.open(tenant, "c", after.seal(tenant, "c", "new"))).toThrow(
      "No secret key named k2",
    );
    expect(after.fingerprint(tenant, "phone", "1")).toEqual(
      before.fingerprint(tenant, "phone", "1"),
    );
  });

  it("makes different fingerprints for different tenants and purposes", () => {
    const vault = createVault([oldKey]);
    const prints = [
      vault.fingerprint(tenant, "phone", "1"),
      vault.fingerprint(otherTenant, "phone", "1"),
      vault.fingerprint(tenant, "email", "1"),
    ];
    expect(new Set(prints.map((print) => print.toString("hex"))).size).toBe(3);
  });

  it("accepts a MAC only for its key, message and full length", () => {
    const vault = createVault([newKey, oldKey]);
    const mac = vault.mac("k1", "message");
    expect(vault.isMac("k1", "message", mac)).toBe(true);
    expect(vault.isMac("k2", "message", mac)).toBe(false);
    expect(vault.isMac("k1", "massage", mac)).toBe(false);
    expect(vault.isMac("k1", "message", mac.subarray(0, 8))).toBe(false);
    expect(vault.isMac("k9", "message", mac)).toBe(false);
  });
});
