import { describe, expect, test } from "vitest";
import { prepareText, renderText, TextFault } from "./prepare-text.ts";

function faultOf(source: string): TextFault | undefined {
  try {
    prepareText(source);
    return undefined;
  } catch (error) {
    if (error instanceof TextFault) return error;
    throw error;
  }
}

test("placeholders, conditions and loops are read, with their places", () => {
  const { mentions } = prepareText(
    "{{ date }}\n{% if site and time %}a{% elsif party %}b{% else %}c{% endif %}\n {% for d in documents %}{{ d }}{% endfor %}{% unless service %}x{% endunless %}",
  );
  expect(mentions.map(({ name, use, line }) => `${name} ${use} ${line}`)).toEqual([
    "date output 1",
    "site condition 2",
    "time condition 2",
    "party condition 2",
    "documents loop 3",
    "documents item 3",
    "service condition 3",
  ]);
  expect(mentions[0]).toMatchObject({ line: 1, column: 4 });
});

test("what is written out is counted, in loops as often as a list may have items", () => {
  expect(prepareText("abc{% if site %}de{% endif %}").literalCharsMax).toBe(5);
  expect(prepareText("{% for d in documents %}- {% endfor %}").literalCharsMax).toBe(120);
});

describe("the language has nothing more", () => {
  test.each([
    ["a filter", "{{ date | upcase }}"],
    ["the filter that switches escaping off", "{{ date | raw }}"],
    ["a filter named after a property of objects", "{{ date | constructor }}"],
    ["a filter in a condition", "{% if date | size %}x{% endif %}"],
    ["a literal", "{{ 'text' }}"],
    ["a number", "{{ 12 }}"],
    ["a range", "{{ (1..100000) }}"],
    ["a loop over a range", "{% for i in (1..100000) %}x{% endfor %}"],
    ["a range in a condition", "{% if (1..100000) %}x{% endif %}"],
    ["a property", "{{ documents.size }}"],
    ["a property by index", "{{ documents[0] }}"],
    ["a property by name", "{{ date['constructor'] }}"],
    ["a constructor", "{{ constructor }}"],
    ["a prototype", "{{ __proto__ }}"],
    ["two words", "{{ date time }}"],
    ["a comparison", "{% if date == time %}x{% endif %}"],
    ["contains", "{% if date contains time %}x{% endif %}"],
    ["not", "{% if not date %}x{% endif %}"],
    ["an assignment", "{% assign x = date %}"],
    ["a capture", "{% capture x %}x{% endcapture %}"],
    ["a file", "{% include 'x' %}"],
    ["another file", "{% render 'x' %}"],
    ["a layout", "{% layout 'x' %}"],
    ["raw text", "{% raw %}{{ date }}{% endraw %}"],
    ["a liquid tag", "{% liquid echo date %}"],
    ["echo", "{% echo date %}"],
    ["case", "{% case date %}{% when 'x' %}{% endcase %}"],
    ["a cycle", "{% cycle 'a', 'b' %}"],
    ["a comment", "{% comment %}x{% endcomment %}"],
    ["break", "{% for d in documents %}{% break %}{% endfor %}"],
    ["a limit of a loop", "{% for d in documents limit:2 %}x{% endfor %}"],
    ["a reversed loop", "{% for d in documents reversed %}x{% endfor %}"],
    ["the loop's own object", "{% for d in documents %}{{ forloop.index }}{% endfor %}"],
    ["a property of an item", "{% for d in documents %}{{ d.size }}{% endfor %}"],
    ["a loop in a loop", "{% for a in documents %}{% for b in fees %}x{% endfor %}{% endfor %}"],
    ["an item named as a placeholder", "{% for date in documents %}x{% endfor %}"],
    ["an item outside of its loop", "{% for d in documents %}{% endfor %}{{ d }}"],
    ["an unknown placeholder", "{{ nome }}"],
    ["an unknown placeholder in a condition", "{% if nome %}x{% endif %}"],
    ["an unknown list", "{% for d in nomi %}x{% endfor %}"],
    ["nothing", "{{ }}"],
    ["an empty condition", "{% if %}x{% endif %}"],
    ["an open output", "{{ date"],
    ["an open tag", "{% if date %}x"],
    ["a stray end", "{% endif %}"],
    ["two else", "{% if date %}a{% else %}b{% else %}c{% endif %}"],
    ["an unknown tag", "{% constructor %}"],
  ])("%s is refused with its place", (_what, source) => {
    const fault = faultOf(`first line\n${source}`);
    expect(fault?.line).toBe(2);
    expect(fault?.column).toBeGreaterThan(0);
  });

  test("nesting deeper than five is refused", () => {
    const nested = (depth: number): string =>
      "{% if date %}".repeat(depth) + "x" + "{% endif %}".repeat(depth);
    expect(faultOf(nested(5))).toBeUndefined();
    expect(faultOf(nested(6))?.message).toContain("nested");
    expect(faultOf(nested(800))?.message).toContain("nested");
  });

  test("more parts than 600 are refused", () => {
    expect(faultOf("{{ date }}".repeat(600))).toBeUndefined();
    expect(faultOf("{{ date }}".repeat(601))?.message).toContain("600");
  });

  test("a text longer than the engine's limit is refused", () => {
    expect(faultOf("x".repeat(20_001))).toBeInstanceOf(TextFault);
  });
});

test("braces that are no tags are text", () => {
  expect(renderText(prepareText("} { } %} }} { { date } }"), {})).toBe("} { } %} }} { { date } }");
});

test("a text without data for one of its placeholders does not come out half", () => {
  expect(() => renderText(prepareText("a {{ date }}"), {})).toThrow(/undefined variable: date/);
});
