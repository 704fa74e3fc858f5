import { buffer } from "node:stream/consumers";
import DKIM from "nodemailer/lib/dkim";
import MailComposer from "nodemailer/lib/mail-composer";
import type { OutgoingEmail } from "../transport.ts";
import { parseEmailAddress } from "./email-address.ts";
import type { DkimKey, SmtpSettings } from "./smtp-settings.ts";

/** An e-mail as it goes over the wire, with the envelope it travels in. */
export interface ComposedMail {
  readonly envelope: {
    readonly from: string;
    readonly to: string;
    /** What servers that know RFC 3461 name the message in bounces. */
    readonly envelopeId: string;
  };
  readonly bytes: Buffer;
}

/** Why an e-mail cannot be written: one of its own parts is not what it should be. */
export type MailFault = "recipient" | "sender" | "message_id";

type MailSettings = Pick<SmtpSettings, "returnPath" | "dkim">;

const messageIdShape = /^([A-Za-z0-9._+-]{1,128})@([A-Za-z0-9.-]{1,190})$/;

/**
 * Writes an e-mail: text, HTML and calendar as alternatives, the calendar as attachment too, because some programs take
 * only the one and some only the other. Every address is an object with one addr-spec, because a string would be read
 * as a list.
 */
export async function composeMail(
  email: OutgoingEmail,
  { returnPath, dkim }: MailSettings,
): Promise<ComposedMail | MailFault> {
  const to = parseEmailAddress(email.to.address);
  if (to === undefined) return "recipient";
  const from = parseEmailAddress(email.from.address);
  const replyTo = email.replyTo && parseEmailAddress(email.replyTo.address);
  if (from === undefined || (email.replyTo && replyTo === undefined)) return "sender";
  const [, envelopeId] = messageIdShape.exec(email.messageId) ?? [];
  if (envelopeId === undefined) return "message_id";
  const sender = returnPath === undefined ? from : returnPath.replace("{id}", () => envelopeId);
  const message = new MailComposer({
    messageId: `<${email.messageId}>`,
    from: { name: oneLine(email.from.name, nameMax), address: from },
    to: { name: oneLine(email.to.name ?? "", nameMax), address: to },
    ...(replyTo === undefined
      ? {}
      : { replyTo: { name: oneLine(email.replyTo?.name ?? "", nameMax), address: replyTo } }),
    subject: oneLine(email.subject, subjectMax),
    text: email.text,
    html: email.html,
    ...(email.calendar ? { icalEvent: calendarPart(email.calendar) } : {}),
    headers: headersOf(email),
    // Signatures are made over the bytes that travel.
    newline: "win",
    // Counting letters to choose an encoding would cost as much as writing the message.
    textEncoding: "quoted-printable",
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const bytes = await message.compile().build();
  return {
    envelope: { from: sender, to, envelopeId },
    bytes: dkim ? await sign(bytes, dkim) : bytes,
  };
}

const nameMax = 200;
const subjectMax = 250;

/**
 * Text for a header: what could end or bend a line becomes a space, and what looks like an encoded word (RFC 2047) is
 * broken up, because programs would decode it, line breaks and all.
 */
function oneLine(text: string, charsMax: number): string {
  const plain = text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, " ")
    .replaceAll("=?", "= ?");
  return Array.from(plain.trim()).slice(0, charsMax).join("");
}

function calendarPart({ method, ics }: NonNullable<OutgoingEmail["calendar"]>) {
  return {
    method,
    content: ics,
    filename: method === "CANCEL" ? "cancelled.ics" : "appointment.ics",
  };
}

function headersOf({ language, listUnsubscribe }: OutgoingEmail): Record<string, string> {
  return {
    "Content-Language": language,
    // RFC 3834: nobody's absence notice answers a machine; Exchange has a header of its own for it.
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
    ...(listUnsubscribe ? unsubscribeHeaders(listUnsubscribe.url) : {}),
  };
}

/** RFC 8058 wants https for the one click; an address that is none is left out. */
function unsubscribeHeaders(address: string): Record<string, string> {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) return {};
  const list = { "List-Unsubscribe": `<${url.href}>` };
  return url.protocol === "https:"
    ? { ...list, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }
    : list;
}

async function sign(bytes: Buffer, { domain, selector, privateKey }: DkimKey): Promise<Buffer> {
  const signer = new DKIM({ domainName: domain, keySelector: selector, privateKey });
  return buffer(signer.sign(bytes));
}
