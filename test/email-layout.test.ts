import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileEmailLayout, LAYOUT_FILE, PIECES_FILE } from "../scripts/compile-email-layout.ts";

const source = readFileSync(LAYOUT_FILE, "utf8");

test("the compiled layout is that of its source (npm run email-layout)", () => {
  expect(readFileSync(PIECES_FILE, "utf8")).toBe(compileEmailLayout(source));
});

test.each([
  ["a font from elsewhere", "Arial", "Roboto", /from elsewhere/],
  ["what is no MJML", "</mj-body>", "", /The e-mail layout: /],
])("a layout with %s is refused", (...[, before, after, message]) => {
  expect(() => compileEmailLayout(source.replaceAll(before, after))).toThrow(message);
});

test("a layout with an image is refused", () => {
  const image = '<mj-image src="https://example.org/x.png" /><mj-raw><!--@end@--></mj-raw>';
  expect(() => compileEmailLayout(source.replace("<mj-raw><!--@end@--></mj-raw>", image))).toThrow(
    /from elsewhere/,
  );
});
