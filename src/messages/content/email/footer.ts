import type { Language } from "../../../context.ts";
import type { MessageData } from "../content.ts";
import { cleanValue } from "../engine/clean-value.ts";
import { placeholders } from "../placeholders.ts";
import { labelMark } from "../words.ts";

const words: Readonly<Record<Language, { phone: string; email: string; automatic: string }>> = {
  it: { phone: "Telefono", email: "E-mail", automatic: "Messaggio inviato automaticamente." },
  de: {
    phone: "Telefon",
    email: "E-Mail",
    automatic: "Diese Nachricht wurde automatisch versendet.",
  },
  fr: { phone: "Téléphone", email: "Courriel", automatic: "Message envoyé automatiquement." },
  en: { phone: "Telephone", email: "E-mail", automatic: "This message was sent automatically." },
};

/** Who wrote and how to reach them, in lines of plain text. */
export function footerOf(data: MessageData, language: Language): string[] {
  const { phone, email, automatic } = words[language];
  const mark = labelMark(language);
  const valueOf = (
    name: "administration" | "administration_phone" | "administration_email" | "administration_url",
  ): string => cleanValue(data[name] ?? "", placeholders[name].charsMax).replaceAll("\n", " ");
  const lines = [
    valueOf("administration"),
    labelled(`${phone}${mark}`, valueOf("administration_phone")),
    labelled(`${email}${mark}`, valueOf("administration_email")),
    valueOf("administration_url"),
    automatic,
  ];
  return lines.filter((line) => line !== "");
}

function labelled(label: string, value: string): string {
  return value === "" ? "" : `${label} ${value}`;
}
