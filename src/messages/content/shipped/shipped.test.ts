import { HtmlValidate } from "html-validate";
import { describe, expect, test } from "vitest";
import { languages } from "../../../context.ts";
import {
  everyMessage,
  shippedEmail,
  shippedSms,
} from "../../../../test/support/sample-messages.ts";
import { messageKinds } from "../../message.ts";
import { checkTemplate } from "../check-template.ts";
import { prepareText } from "../engine/prepare-text.ts";
import { templateChannels, type TemplateContent } from "../message-template.ts";
import { placeholderNames, placeholders } from "../placeholders.ts";
import { shippedContent } from "./shipped.ts";

const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  rules: {
    "void-style": "off",
    "no-trailing-whitespace": "off",
    "tel-non-breaking": "off",
    // Mail programs of today still read the attributes of 1999 and not always the styles.
    "no-deprecated-attr": "off",
    // Some of them drop `article` with everything in it, and keep a `div` with its role.
    "prefer-native-element": "off",
  },
});

function textsOf(content: TemplateContent): string[] {
  return content.channel === "email" ? [content.subject, content.body] : [content.text];
}

describe.each(everyMessage)("$kind in $language", ({ kind, language }) => {
  test("passes the check that every administration's own text passes", () => {
    for (const channel of templateChannels)
      expect(() => checkTemplate(shippedContent(kind, channel, language), { kind })).not.toThrow();
  });

  test("is an e-mail without a fault in its HTML", async () => {
    const report = await validator.validateString(shippedEmail(kind, language).html);
    const messages = report.results.flatMap((result) => result.messages);
    expect(messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  test("has a subject of at most 70 characters and says where its links lead in the text too", () => {
    const { subject, text, html } = shippedEmail(kind, language);
    expect(subject.length).toBeLessThanOrEqual(70);
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(text).toContain(link);
  });

  test("fits two SMS in GSM-7, without a reason or a notice", () => {
    const plain = { reason_text: "", notice_text: "Chiuso.", old_date_short: "" };
    const { encoding, parts } = shippedSms(kind, language, plain);
    expect({ encoding, isShort: parts <= 2 }).toEqual({ encoding: "gsm7", isShort: true });
  });

  test("does not name the service, its documents or fees in a subject or an SMS", () => {
    const secret = "Consultorio";
    const changes = { service: secret, documents: [secret], fees: [secret], fees_total: secret };
    expect(shippedEmail(kind, language, changes).subject).not.toContain(secret);
    expect(shippedSms(kind, language, changes).text).not.toContain(secret);
  });

  test("leaves no trace of what is not there", () => {
    const nothing = Object.fromEntries(
      placeholderNames.filter((name) => !kept.includes(name)).map((name) => [name, undefined]),
    );
    const { text } = shippedEmail(kind, language, nothing);
    expect(text).not.toMatch(/ [,.;]|\(\)|,,|\.\.|undefined|\bnull\b/);
    expect(text).not.toMatch(/\n\n\n/);
    expect(shippedSms(kind, language, nothing).text).not.toMatch(
      / [,.;]|\(\)|,,|undefined|\bnull\b/,
    );
  });

  test("does not name the product, whose name is the Italian word for a desk", () => {
    const texts = templateChannels.flatMap((channel) =>
      textsOf(shippedContent(kind, channel, language)),
    );
    expect(texts.join()).not.toMatch(/sportello/i);
  });
});

/** Without these a message of some kind is of no use. */
const kept = [
  "administration",
  "title",
  "noun",
  "is_booking",
  "date",
  "date_short",
  "time",
  "time_range",
  "until",
  "until_short",
  "notice_text",
  "confirm_url",
  "feedback_url",
  "offer_url",
];

test.each(messageKinds)("%s says the same in all languages", (kind) => {
  for (const channel of templateChannels) {
    const said = languages.map((language) => {
      const names = textsOf(shippedContent(kind, channel, language)).flatMap((text) =>
        prepareText(text).mentions.map(({ name }) => name),
      );
      // Languages differ in whether the noun's gender changes a sentence and in whether a first name goes with it.
      const differing = ["is_booking", "noun", "first_name"];
      return [...new Set(names.filter((name) => !differing.includes(name)))].toSorted();
    });
    for (const names of said) expect(names).toEqual(said[0]);
  }
});

test.each(languages)("a booking is called so in %s", (language) => {
  const booking = shippedEmail("confirmation", language, { noun: "XYZ", is_booking: true });
  const appointment = shippedEmail("confirmation", language, { noun: "XYZ", is_booking: false });
  expect(booking.subject).toContain("XYZ");
  // English has no genders, so its sentences take any noun.
  expect(booking.text === appointment.text).toBe(language === "en");
});

test("every placeholder is said by some shipped text, or is there for administrations to use", () => {
  const used = new Set(
    everyMessage.flatMap(({ kind, language }) =>
      templateChannels.flatMap((channel) =>
        textsOf(shippedContent(kind, channel, language)).flatMap((text) =>
          prepareText(text).mentions.map(({ name }) => String(name)),
        ),
      ),
    ),
  );
  expect(placeholderNames.filter((name) => !used.has(name))).toEqual([
    "administration_phone",
    "administration_email",
    "administration_url",
    "title",
  ]);
  expect(placeholderNames).toHaveLength(Object.keys(placeholders).length);
});
