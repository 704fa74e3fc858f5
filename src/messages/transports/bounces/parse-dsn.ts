import PostalMime, { type Email } from "postal-mime";

/** What a delivery status notification (RFC 3464) says of its first recipient, and what may name the message. */
export interface Dsn {
  readonly action: "failed" | "delayed" | "delivered";
  /** RFC 3463, such as `5.1.1`; null where there is none that can be read. */
  readonly status: string | null;
  /** `hard`: no use to try again. `soft`: tried for long enough. `delay`: still being tried. */
  readonly class: "hard" | "soft" | "delay" | "delivered";
  readonly names: DsnNames;
}

/** What may name the message that a notification is about, the surest first. */
export interface DsnNames {
  /** What we called the envelope (RFC 3461). */
  readonly envelopeId: string | undefined;
  /** Of the message that came back, without angle brackets. */
  readonly messageId: string | undefined;
  /** Addresses that the notification itself was sent to. */
  readonly addressees: readonly string[];
  /** Messages that the notification says it answers. */
  readonly answered: readonly string[];
}

/** Bytes of a notification that are read: its parts that matter come before the message that came back. */
export const dsnBytesMax = 262_144;

/** Reads a notification; undefined for any other mail, such as somebody's absence notice. Never throws. */
export async function parseDsn(raw: Buffer): Promise<Dsn | undefined> {
  const email = await readMail(raw.subarray(0, dsnBytesMax));
  if (!email) return undefined;
  const report =
    partOf(email, "message/delivery-status") ?? partOf(email, "message/global-delivery-status");
  if (report === undefined) return undefined;
  const [message, ...recipients] = report.split(/\r?\n[ \t]*\r?\n/).map(fieldsOf);
  const recipient = recipients.find((fields) => fields.has("action")) ?? recipients[0] ?? message;
  const action = actionOf(recipient?.get("action"));
  if (!message || !recipient || !action) return undefined;
  const status = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(recipient.get("status") ?? "")?.[1] ?? null;
  return {
    action,
    status,
    class: classOf(action, status),
    names: {
      envelopeId: message.get("original-envelope-id")?.replace(/^<|>$/g, ""),
      messageId: messageIdIn(returnedHeaders(email)),
      addressees: addresseesOf(email),
      answered: idsIn([headerOf(email, "in-reply-to"), headerOf(email, "references")].join(" ")),
    },
  };
}

async function readMail(raw: Buffer): Promise<Email | undefined> {
  try {
    return await PostalMime.parse(raw, {
      forceRfc822Attachments: true,
      maxNestingDepth: 8,
      maxHeadersSize: 65_536,
    });
  } catch {
    return undefined;
  }
}

function partOf(email: Email, mimeType: string): string | undefined {
  const part = email.attachments.find((one) => one.mimeType.toLowerCase() === mimeType);
  if (!part) return undefined;
  if (typeof part.content === "string") return part.content;
  return Buffer.from(new Uint8Array(part.content)).toString("latin1");
}

/** The headers of what came back: alone, or with the message below them. */
function returnedHeaders(email: Email): string {
  const returned = ["text/rfc822-headers", "message/rfc822", "message/global"].map((one) =>
    partOf(email, one),
  );
  return returned.find((part) => part !== undefined)?.slice(0, 65_536) ?? "";
}

/** Fields of a block, unfolded, by lower-case name; of repeated ones the first counts. */
function fieldsOf(block: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.replaceAll(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9-]{0,60}):\s*(.*)$/.exec(line) ?? [];
    const key = name?.toLowerCase();
    if (key !== undefined && !fields.has(key)) fields.set(key, (value ?? "").trim().slice(0, 998));
  }
  return fields;
}

/** `relayed` and `expanded` say that others took over: nothing is known yet. */
function actionOf(word: string | undefined): Dsn["action"] | undefined {
  const action = word?.toLowerCase().trim().split(/\s/)[0];
  return action === "failed" || action === "delayed" || action === "delivered" ? action : undefined;
}

function classOf(action: Dsn["action"], status: string | null): Dsn["class"] {
  if (action === "delayed") return "delay";
  if (action === "delivered") return "delivered";
  // 4.4.7 and 5.4.7: the time for delivering ran out.
  return status?.startsWith("4.") || status === "5.4.7" ? "soft" : "hard";
}

function messageIdIn(headers: string): string | undefined {
  const head = headers.split(/\r?\n\r?\n/)[0] ?? "";
  return idsIn(fieldsOf(head).get("message-id") ?? "")[0];
}

function idsIn(text: string): string[] {
  return Array.from(text.matchAll(/<([^<>\s]{3,320})>/g), ([, id]) => id ?? "").slice(0, 10);
}

function headerOf(email: Email, name: string): string {
  return email.headers.find(({ key }) => key === name)?.value ?? "";
}

function addresseesOf(email: Email): string[] {
  const names = ["to", "delivered-to", "x-original-to", "envelope-to"];
  const text = names.map((name) => headerOf(email, name)).join(" ");
  return Array.from(
    text.matchAll(/[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}/g),
    ([found]) => found,
  ).slice(0, 10);
}
