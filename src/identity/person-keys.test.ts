import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  normaliseEmail,
  normaliseKey,
  normaliseName,
  normalisePhone,
  normaliseTaxCode,
} from "./person-keys.ts";

describe("a name's key", () => {
  it("is the same with and without accents, apostrophes, hyphens, case and extra spaces", () => {
    for (const name of [
      "D’Angelò-Rossi",
      "d'angelo rossi",
      "  D'ANGELÒ\tRossi ",
      "dʼangelo  ROSSI",
    ]) {
      expect(normaliseName(name)).toBe("dangelo rossi");
    }
  });

  it("folds letters that Unicode does not decompose", () => {
    expect(normaliseName("Strauß")).toBe(normaliseName("STRAUSS"));
    expect(normaliseName("Łukasz Søren")).toBe("lukasz soren");
  });

  it("keeps other scripts apart from each other", () => {
    expect(normaliseName("Иванов")).not.toBe(normaliseName("Петров"));
    expect(normaliseName("Иванов")).toBe(normaliseName("ИВАНОВ"));
  });

  it("does not change when folded again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        expect(normaliseName(normaliseName(text))).toBe(normaliseName(text));
      }),
    );
  });
});

describe("a telephone number's key", () => {
  it("is the same in national and international spelling", () => {
    expect(normalisePhone("347 123 4567", "IT")).toBe("+393471234567");
    expect(normalisePhone("0039 347/1234567", "IT")).toBe("+393471234567");
    expect(normalisePhone("+39 347-1234567", "FR")).toBe("+393471234567");
    expect(normalisePhone("05 49 00 00 00", "fr")).toBe("+33549000000");
  });

  it("is absent for what cannot be a number, whatever the text", () => {
    expect(normalisePhone("ask at the desk", "IT")).toBeUndefined();
    expect(normalisePhone("347 123 4567", "XX")).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const phone = normalisePhone(text, "IT");
        expect(phone === undefined || /^\+\d{3,17}$/.test(phone)).toBe(true);
      }),
    );
  });
});

describe("an e-mail address's key", () => {
  it("is the same in any case, with its domain in ASCII", () => {
    expect(normaliseEmail(" Anna.ROSSI@Città.Example ")).toBe("anna.rossi@xn--citt-3na.example");
  });

  it("is absent without a local part or a whole domain", () => {
    for (const text of ["", "anna", "@example.org", "anna@", "anna@local", "a b@example.org"]) {
      expect(normaliseEmail(text)).toBeUndefined();
    }
  });
});

describe("other keys", () => {
  it("ignore case and separators", () => {
    expect(normaliseTaxCode("rss mra-80a01 h501u")).toBe("RSSMRA80A01H501U");
    expect(normaliseKey(" tari.2024/00-17 ")).toBe("TARI20240017");
    expect(normaliseKey(17)).toBe("17");
  });

  it("keep leading zeros, which distinguish customers", () => {
    expect(normaliseKey("0017")).not.toBe(normaliseKey("17"));
  });
});
