import { expect, test } from "vitest";
import { readBlocks, withTitle } from "./read-blocks.ts";

test("each mark makes its block", () => {
  expect(
    readBlocks(
      "# Title\n\n## Heading\n\nText\nmore\n\n- one\n- two\n\nWhen :: now\n\n[Go](target)",
    ),
  ).toEqual([
    { kind: "title", text: "Title" },
    { kind: "heading", text: "Heading" },
    { kind: "paragraph", lines: ["Text", "more"] },
    { kind: "list", items: ["one", "two"] },
    { kind: "facts", facts: [{ label: "When", value: "now" }] },
    { kind: "button", label: "Go", target: "target" },
  ]);
});

test("an empty line ends a paragraph and not a list, because loops leave empty lines", () => {
  expect(readBlocks("a\n\nb\n\n- c\n\n\n- d")).toEqual([
    { kind: "paragraph", lines: ["a"] },
    { kind: "paragraph", lines: ["b"] },
    { kind: "list", items: ["c", "d"] },
  ]);
});

test("facts, items and buttons without a value are left out, and what is around them stays", () => {
  expect(readBlocks("A :: \nB :: b\nC ::\n- \n-\n[Go]()\n# \n## ")).toEqual([
    { kind: "facts", facts: [{ label: "B", value: "b" }] },
  ]);
});

test.each(["#no", "##no", "-no", "a::b", ":: b", "a ::b", "[a] (b)", "x [a](b)", "[](b)"])(
  "%j is a paragraph",
  (line) => {
    expect(readBlocks(line)).toEqual([{ kind: "paragraph", lines: [line] }]);
  },
);

test("a message has one title, the first: that of the body, else the subject", () => {
  expect(withTitle(readBlocks("text\n\n# One\n\n# Two"), "Subject")).toEqual([
    { kind: "title", text: "One" },
    { kind: "paragraph", lines: ["text"] },
    { kind: "heading", text: "Two" },
  ]);
  expect(withTitle(readBlocks("text"), "Subject")[0]).toEqual({ kind: "title", text: "Subject" });
});
