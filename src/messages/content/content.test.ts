import fc from "fast-check";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { describe, expect, test } from "vitest";
import {
  dataIn,
  everyMessage,
  shippedEmail,
  shippedSms,
} from "../../../test/support/sample-messages.ts";
import type { Language } from "../../context.ts";
import { type MessageData, renderEmail, renderSms } from "./content.ts";
import { placeholderNames, placeholders, type PlaceholderName } from "./placeholders.ts";
import { prepareEmail, prepareSms } from "./prepared-template.ts";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const structure = [
  "html",
  "head",
  "title",
  "meta",
  "style",
  "body",
  "div",
  "table",
  "tbody",
  "tr",
  "td",
];
const written = ["h1", "h2", "p", "ul", "li", "dl", "dt", "dd", "br", "a"];

function elementsOf(html: string): Element[] {
  const found: Element[] = [];
  const visit = (node: Node): void => {
    if ("tagName" in node) found.push(node);
    if ("childNodes" in node) for (const child of node.childNodes) visit(child);
  };
  visit(parse(html));
  return found;
}

function textOf(node: Node): string {
  if ("tagName" in node && node.tagName === "br") return "\n";
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

function attributeOf({ attrs }: Element, name: string): string {
  return attrs.find((attribute) => attribute.name === name)?.value ?? "";
}

/** The values of `of` in every text and list placeholder; links stay as they are. */
function everywhere(value: string): Partial<MessageData> {
  return Object.fromEntries(
    placeholderNames.flatMap((name): [PlaceholderName, unknown][] => {
      const { type } = placeholders[name];
      if (type === "text") return [[name, value]];
      return type === "list" ? [[name, [value, value]]] : [];
    }),
  );
}

const payloads = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "</p></div></td></tr></table><h1>Forged</h1>",
  "</title><script>alert(1)</script>",
  '" onmouseover="alert(1)" x="',
  "' style='background:url(https://evil.example)' '",
  "<!-- comment --><![endif]-->",
  "&lt;b&gt; &amp; &#60;b&#62;",
  "<style>*{display:none}</style>",
  "{{ manage_url }}",
  "{% if date %}forged{% endif %}",
  "{{ 7 | times: 7 }}",
  "{% assign x = 1 %}{% raw %}",
  "@@text@@ @@url@@ @@title@@",
  "# Forged title",
  "- forged item",
  "Forged :: fact",
  "[Forged button](https://evil.example)",
  "a\n# Forged title\n\n- forged item\n\n[Forged button](https://evil.example)\n\nForged :: fact",
  "a\r\nBcc: victim@example.org",
  "a\r\n\r\nForged body",
  "a\u2028Subject: forged\u2029b",
  "a\u0000b\u001b[31mred\u0007",
  "\u202egnp.exe",
  "a\u{f0000}b\u{f0001}c\ue000",
  "javascript:alert(1)",
  "https://evil.example/login",
  "data:text/html,<script>alert(1)</script>",
  "a\ud800b",
  "$& $1 $` $'",
  "\\u003cscript\\u003e",
  "%0d%0aBcc:%20victim@example.org",
];

/** What of an e-mail must not depend on values: its elements, whatever the number of lines and paragraphs. */
function shapeOf(html: string): string {
  const names = elementsOf(html).map(({ tagName }) => tagName);
  const withoutLines = names.filter((name) => name !== "br" && name !== "p").join(" ");
  return withoutLines.replaceAll(/(?:tr td div )+/g, "tr td div ");
}

describe.each(payloads)("%j in every value", (payload) => {
  test.each(["confirmation", "change", "bulk_notice"] as const)(
    "is text in an e-mail of the kind %s",
    (kind) => {
      const { subject, text, html } = shippedEmail(kind, "it", everywhere(payload));
      const harmless = shippedEmail(kind, "it", everywhere("harmless"));
      expect(shapeOf(html)).toEqual(shapeOf(harmless.html));
      const elements = elementsOf(html);
      const links = elements.flatMap((element) =>
        element.tagName === "a" ? [attributeOf(element, "href")] : [],
      );
      for (const link of links) expect(link).toMatch(/^https:\/\/termine\.olang\.example/);
      const attributes = elements.flatMap(({ attrs }) => attrs.map(({ name }) => name));
      expect(attributes.filter((name) => name.startsWith("on"))).toEqual([]);
      expect(subject).not.toMatch(/[\r\n\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      expect(text).not.toMatch(
        /[\r\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ue000-\uf8ff]/,
      );
      expect(text.isWellFormed() && html.isWellFormed() && subject.isWellFormed()).toBe(true);
    },
  );

  test("is text in an SMS", () => {
    const { text } = shippedSms("change", "it", everywhere(payload));
    expect(text).not.toMatch(
      /[\r\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ue000-\uf8ff]/,
    );
    expect(text.isWellFormed()).toBe(true);
  });
});

test("what is written in a value is read in the HTML as it is", () => {
  const visible = payloads.filter(
    (payload) => !/[\u0000-\u001f\u2028-\u202e\ud800-\uf8ff]/.test(payload),
  );
  for (const payload of visible) {
    const { html, text } = shippedEmail("bulk_notice", "it", { notice_text: payload });
    expect(textOf(parse(html))).toContain(payload);
    expect(text).toContain(payload);
  }
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " https://example.org",
  "https://user:secret@example.org/",
  "https://example.org/\r\nBcc: x",
  'https://example.org/"onmouseover="alert(1)',
  "https://example.org/<script>",
  "ftp://example.org/",
  "//example.org/",
  "data:text/html,x",
  "https://",
  "mailto:x@example.org",
])("the address %j in a link's value does not become a link unless it is one of the web", (url) => {
  const { html } = shippedEmail("reminder", "it", { cancel_url: url, opt_out_url: url });
  const links = elementsOf(html).filter(({ tagName }) => tagName === "a");
  const leading = links.map((link) => attributeOf(link, "href"));
  const good = leading.filter((link) => !link.startsWith("https://termine.olang.example"));
  expect(good.filter((link) => link !== "https://example.org")).toEqual([]);
});

test("only the elements of the layout and of the marks are in an e-mail", () => {
  for (const { kind, language } of everyMessage) {
    const names = new Set(
      elementsOf(shippedEmail(kind, language).html).map(({ tagName }) => tagName),
    );
    expect([...names].filter((name) => ![...structure, ...written].includes(name))).toEqual([]);
  }
});

test("an e-mail loads nothing: no image, font, style sheet or script", () => {
  for (const { kind, language } of everyMessage) {
    const { html } = shippedEmail(kind, language);
    expect(html).not.toMatch(/\ssrc=|<img|<link|<script|@import|url\(|background="/i);
  }
});

test.each(everyMessage)(
  "the $kind in $language states its language and has one h1",
  ({ kind, language }) => {
    const elements = elementsOf(shippedEmail(kind, language).html);
    expect(elements.filter(({ tagName }) => tagName === "h1")).toHaveLength(1);
    const [html] = elements;
    expect(html && attributeOf(html, "lang")).toBe(language);
  },
);

const anyValue = fc.oneof(
  fc.constantFrom(...payloads),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        "<",
        ">",
        "&",
        '"',
        "'",
        "{{",
        "}}",
        "{%",
        "%}",
        "\n",
        "#",
        "- ",
        " :: ",
        "[a](",
        ")",
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join("")),
);

test("no value changes the elements of an e-mail", () => {
  // A value that is empty once cleaned is left out, so every value begins with a letter.
  fc.assert(
    fc.property(anyValue, (value) => {
      const { html } = shippedEmail("change", "de", everywhere(`x${value}`));
      const harmless = shippedEmail("change", "de", everywhere("x"));
      expect(shapeOf(html)).toEqual(shapeOf(harmless.html));
    }),
    { numRuns: 200 },
  );
});

test("messages of one shape do not see each other's values", () => {
  const names = ["Anna", "Bruno", "Carla"];
  const texts = names.map((first_name) => shippedEmail("reminder", "it", { first_name }));
  texts.forEach(({ text, html }, index) => {
    names.forEach((name, other) => {
      expect([text.includes(name), html.includes(name)]).toEqual([
        index === other,
        index === other,
      ]);
    });
  });
});

test("a value with empty lines becomes paragraphs, one with lines stays one", () => {
  const { html, text } = shippedEmail("bulk_notice", "it", { notice_text: "One\ntwo\n\nThree" });
  expect(html).toContain("<p>One<br>two</p>");
  expect(html).toContain("<p>Three</p>");
  expect(text).toContain("One\ntwo\n\nThree");
});

describe("what a message needs", () => {
  test.each([
    ["reminder", { date: "", date_short: "" }],
    ["please_confirm", { confirm_url: undefined, manage_url: undefined }],
    ["waitlist_offer", { offer_url: undefined }],
    ["bulk_notice", { notice_text: "" }],
  ] as const)("a %s without it is not rendered", (kind, changes) => {
    expect(() => shippedEmail(kind, "it", changes)).toThrow(RangeError);
    expect(() => shippedSms(kind, "it", changes)).toThrow(RangeError);
  });

  test("a link that would have to be cut is not rendered", () => {
    const manage_url = `https://example.org/${"x".repeat(1_000)}`;
    expect(() => shippedEmail("confirmation", "it", { manage_url })).toThrow(/manage_url/);
    expect(() =>
      shippedSms("confirmation", "it", { manage_url: manage_url.slice(0, 301) }),
    ).toThrow(/manage_url/);
  });
});

describe("an administration's own templates", () => {
  const render = (body: string, changes: Partial<MessageData> = {}, language: Language = "it") =>
    renderEmail(
      prepareEmail("confirmation", { subject: "S", body }),
      dataIn(language, changes),
      language,
    );

  test("a body without a title gets the subject as its title", () => {
    const { html } = render("{{ date }} {{ time }}");
    const [title] = elementsOf(html).filter(({ tagName }) => tagName === "h1");
    expect(title && textOf(title)).toBe("S");
  });

  test("a subject of which nothing is there is the neutral title", () => {
    const template = prepareEmail("change", { subject: "{{ old_date }}", body: "{{ date }}" });
    const { subject } = renderEmail(template, dataIn("it", { old_date: "" }), "it");
    expect(subject).toBe("Appuntamento – Comune di Valdaora");
  });

  test("text that looks like HTML is text", () => {
    const { html } = render("{{ date }} {{ time }} <b>bold</b> & <script>x</script>");
    expect(elementsOf(html).map(({ tagName }) => tagName)).not.toContain("b");
    expect(textOf(parse(html))).toContain("<b>bold</b> & <script>x</script>");
  });

  test("a button may lead to an address that is written out, and to nothing that is not one", () => {
    const { html } = render(
      "{{ date }} {{ time }}\n\n[Map](https://maps.example.org/?a=1&b=2)\n\n[Bad](javascript:alert)\n\n[Mixed](https://example.org/{{ reference }})",
    );
    const links = elementsOf(html).filter(({ tagName }) => tagName === "a");
    expect(links.map((link) => attributeOf(link, "href"))).toEqual([
      "https://maps.example.org/?a=1&b=2",
    ]);
  });

  test("lists show at most sixty items and leave empty ones out", () => {
    const documents = Array.from({ length: 100 }, (_, index) =>
      index % 10 === 9 ? " " : `D${index}`,
    );
    const { html } = render(
      "{{ date }} {{ time }}\n{% for d in documents %}\n- {{ d }}\n{% endfor %}",
      {
        documents,
      },
    );
    expect(elementsOf(html).filter(({ tagName }) => tagName === "li")).toHaveLength(54);
  });
});

describe("SMS", () => {
  const render = (text: string, changes: Partial<MessageData>, transliterate = true) =>
    renderSms(prepareSms("bulk_notice", { text }), dataIn("it", changes), { transliterate });

  test("without transliteration the text stays and goes as UCS-2", () => {
    const notice_text = "Łódź “chiuso”";
    expect(render("{{ notice_text }}", { notice_text }, false)).toEqual({
      text: notice_text,
      encoding: "ucs2",
      units: 13,
      parts: 1,
    });
    expect(render("{{ notice_text }}", { notice_text })).toMatchObject({
      text: 'Lodz "chiuso"',
      encoding: "gsm7",
    });
  });

  test("special spaces and empty lines cost nothing", () => {
    const { text, encoding } = render(
      " {{ notice_text }}  \n\n\n x",
      { notice_text: "10\u00a0€\u202f!" },
      false,
    );
    expect({ text, encoding }).toEqual({ text: "10 € !\nx", encoding: "gsm7" });
  });

  test("long names are shortened, because every unit is paid for", () => {
    const { text } = render("{{ notice_text }} {{ site }}", { site: "x".repeat(500) });
    expect(text.length).toBeLessThan(200);
  });
});

test("rendering the same twice gives the same, of every kind", () => {
  for (const { kind, language } of everyMessage) {
    expect(shippedEmail(kind, language)).toEqual(shippedEmail(kind, language));
    expect(shippedSms(kind, language)).toEqual(shippedSms(kind, language));
  }
});
