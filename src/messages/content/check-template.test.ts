import { describe, expect, test } from "vitest";
import { z } from "zod";
import { DomainError } from "../../errors.ts";
import { checkTemplate, type CheckedFor } from "./check-template.ts";
import type { MessageKind, TemplateContent } from "./message-template.ts";

const facts = z.object({
  errors: z.array(z.object({ in: z.literal("body"), path: z.string(), message: z.string() })),
  places: z.array(z.object({ path: z.string(), line: z.number(), column: z.number() })),
});

function faultsOf(content: TemplateContent, checkedFor: CheckedFor): z.infer<typeof facts> {
  try {
    checkTemplate(content, checkedFor);
    return { errors: [], places: [] };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    expect(error.problem).toMatchObject({ slug: "template-not-valid", status: 400 });
    return facts.parse(error.facts);
  }
}

const good = { subject: "{{ date }}", body: "{{ date }} {{ time }}" };
const email = (content: Partial<typeof good>, kind: MessageKind = "confirmation") =>
  faultsOf({ channel: "email", ...good, ...content }, { kind });
const sms = (text: string, kind: MessageKind = "confirmation") =>
  faultsOf({ channel: "sms", text }, { kind });

test("a good template has no fault", () => {
  expect(email({}).errors).toEqual([]);
  expect(sms("{{ administration }}: {{ date_short }} {{ time }} {{ manage_url }}").errors).toEqual(
    [],
  );
});

test("a fault names its part, line and column", () => {
  const { errors, places } = email({ body: "{{ date }} {{ time }}\n\n  {{ nome }}" });
  expect(places).toEqual([{ path: "body", line: 3, column: 6 }]);
  expect(errors).toEqual([
    { in: "body", path: "body", message: "body, line 3, column 6: there is no placeholder nome" },
  ]);
});

test("faults of all parts are named at once", () => {
  const { places } = email({
    subject: "{{ service }}",
    body: "{{ date }} {{ feedback_url }}\n{{ offer_url }}",
  });
  expect(places.map(({ path, line }) => `${path} ${line}`)).toEqual([
    "subject 1",
    "body 1",
    "body 2",
  ]);
});

describe("what must not be said where anybody can read it", () => {
  test.each(["service", "documents", "fees_total", "site", "first_name", "manage_url"])(
    "%s is refused in a subject",
    (name) => {
      const source = name === "documents" ? `{% if ${name} %}x{% endif %}` : `{{ ${name} }}`;
      expect(email({ subject: source }).errors[0]?.message).toContain(
        `${name} must not be in a subject`,
      );
    },
  );

  test.each(["service", "fees_total", "late_note", "administration_email", "directions"])(
    "%s is refused in an SMS",
    (name) => {
      expect(sms(`{{ date }} {{ time }} {{ ${name} }}`).errors[0]?.message).toContain(
        `${name} must not be in an SMS`,
      );
    },
  );

  test("lists are refused in an SMS", () => {
    const { errors } = sms("{{ date }} {{ time }} {% for d in documents %}{{ d }}{% endfor %}");
    expect(errors[0]?.message).toContain("documents must not be in an SMS");
  });

  test("the service's own name, in any language, is refused in its subject and its SMS, not in its body", () => {
    const checkedFor = {
      kind: "confirmation",
      serviceName: { it: "Consultorio", de: "Beratung", en: "Aid" },
    } as const;
    const inSubject = { channel: "email", ...good, subject: "{{ date }}: CONSULTORIO" } as const;
    expect(faultsOf(inSubject, checkedFor).places).toEqual([
      { path: "subject", line: 1, column: 13 },
    ]);
    const inSms = { channel: "sms", text: "{{ date }} {{ time }}\nBeratung" } as const;
    expect(faultsOf(inSms, checkedFor).places).toEqual([{ path: "text", line: 2, column: 1 }]);
    const inBody = { channel: "email", ...good, body: `${good.body} Consultorio` } as const;
    expect(faultsOf(inBody, checkedFor).errors).toEqual([]);
    const other = { channel: "sms", text: "{{ date }} {{ time }} said" } as const;
    expect(faultsOf(other, checkedFor).errors).toEqual([]);
  });
});

describe("a placeholder is used as what it is", () => {
  test.each([
    ["a list put out", "{{ documents }}", "is a list"],
    ["a flag put out", "{{ is_booking }}", "can only be asked for"],
    ["a loop over a text", "{% for d in date %}{{ d }}{% endfor %}", "is no list"],
    [
      "one of another kind",
      "{{ feedback_url }}",
      "is not known in messages of the kind confirmation",
    ],
    ["a condition on one of another kind", "{% if offer_url %}x{% endif %}", "is not known"],
  ])("%s is refused", (_what, source, message) => {
    expect(email({ body: `${good.body} ${source}` }).errors[0]?.message).toContain(message);
  });
});

describe("buttons", () => {
  test.each([
    "[Go]({{ manage_url }})",
    "[Go]({{manage_url}})",
    "{% if manage_url %}[Go]({{ manage_url }}){% endif %}",
    "[Go](https://example.org/a?b=c)",
    "text [not a button](really) here",
  ])("%j is accepted", (line) => {
    expect(email({ body: `${good.body}\n\n${line}` }).errors).toEqual([]);
  });

  test.each([
    "[Go]({{ site }})",
    "[Go](javascript:alert)",
    "[Go](www.example.org)",
    "[Go](https://example.org/{{ reference }})",
    "[Go](https://user:secret@example.org/)",
    "{% if site %}[Go](x){% endif %}",
  ])("%j is refused with its place", (line) => {
    expect(email({ body: `${good.body}\n\n${line}` }).places).toEqual([
      { path: "body", line: 3, column: line.indexOf("](") + 3 },
    ]);
  });
});

describe("what a kind is for must be said", () => {
  test.each([
    ["please_confirm", "{{ date }}", "confirm_url or manage_url"],
    ["waitlist_offer", "{{ date }} {{ offer_url }}", "until or until_short"],
    ["bulk_notice", "{{ date }}", "notice_text"],
    ["confirmation", "{{ date }}", "time or time_range"],
  ] as const)("a %s with only %j is refused", (kind, text, names) => {
    expect(sms(text, kind).errors[0]?.message).toContain(`must say ${names}`);
  });

  test("asking for it is not saying it", () => {
    expect(sms("{% if notice_text %}x{% endif %}", "bulk_notice").errors).toHaveLength(1);
  });
});

describe("length", () => {
  test("an SMS that could come to more than ten parts is refused", () => {
    const text = (count: number): string => `{{ notice_text }}${"x".repeat(count)}`;
    expect(sms(text(1_080), "bulk_notice").errors).toEqual([]);
    expect(sms(text(1_081), "bulk_notice").errors[0]?.message).toContain("at most 1530");
  });

  test("an e-mail that loops could make huge is refused", () => {
    const loop = "{% for d in documents %}{{ d }}{{ late_note }}{% endfor %}";
    expect(email({ body: `${good.body} ${loop}` }).errors[0]?.message).toContain("at most 100000");
  });

  test("a subject that could come to more than a line of a header is refused", () => {
    expect(
      email({ subject: "{{ administration }} {{ title }} {{ date }} {{ time }}" }).errors[0]
        ?.message,
    ).toContain("at most 998");
  });
});

test("characters that stand for values are refused in a template", () => {
  expect(email({ body: `${good.body}\n \u{f0000}` }).places).toEqual([
    { path: "body", line: 2, column: 2 },
  ]);
});

test("at most twenty faults are named", () => {
  expect(email({ body: "{{ feedback_url }}\n".repeat(50) }).errors).toHaveLength(20);
});
