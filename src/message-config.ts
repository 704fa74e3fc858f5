import { z } from "zod";
import { address, integer, optionalInteger } from "./environment-fields.ts";

/** What the environment says about sending messages, checked but for the files it names. */
export interface MessageConfig {
  readonly smtp: SmtpConfig | undefined;
  readonly bounces: {
    readonly imap: ServerAddress | undefined;
    /** Last part of the address that bounces are posted to. */
    readonly secret: string | undefined;
  };
  /** Name or number in SMS. */
  readonly smsSender: string;
  readonly sms:
    | { readonly kind: "http"; readonly description: string }
    | ({ readonly kind: "smpp" } & SmppConfig)
    | undefined;
  /** Messages per second, for all processes together. */
  readonly rates: {
    readonly email: number | undefined;
    readonly emailPerDomain: number | undefined;
    readonly sms: number | undefined;
  };
  readonly webhooks: {
    readonly allowedHosts: readonly string[] | undefined;
    readonly connections: number;
  };
}

/** A server and who we are there. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly user: string;
  readonly password: string;
  /** Without the slash at its beginning. */
  readonly path: string;
}

interface SmtpConfig extends ServerAddress {
  readonly tls: "implicit" | "starttls" | "none";
  readonly connections: number;
  readonly from: string;
  readonly returnPath: string | undefined;
  readonly dkim:
    | { readonly domain: string; readonly selector: string; readonly keyFile: string }
    | undefined;
}

interface SmppConfig extends ServerAddress {
  readonly systemType: string;
  readonly window: number;
  readonly enquireLinkSeconds: number;
  readonly partsBy: "udh" | "sar" | "payload";
  readonly receiptIds: "same" | "decimal";
  readonly isReferenceSent: boolean;
}

const addressShape = /^[^\s@<>,;:"()[\]\\]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;
const mailAddress = z.string().regex(addressShape, "must be one e-mail address");
const domainName = z.string().regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i, "must be a domain name");

/** The variables about messages. */
export const messageEnvironment = {
  SMTP_URL: address(["smtp:", "smtps:"], "smtp:// or smtps://").optional().meta({
    description:
      "Server that takes e-mails; smtps speaks TLS from the first byte. Default: with the embedded database messages stay at /dev/mailbox, otherwise none are sent.",
    example: "smtp://user:password@mail.example.org:587",
  }),
  SMTP_TLS: z.enum(["required", "none"], { error: "must be required or none" }).optional().meta({
    description:
      "Whether smtp:// must be raised to TLS. Default: required, but for a server on this machine.",
    example: "required",
  }),
  SMTP_CONNECTIONS: integer(1, 200, 10).meta({
    description: "Connections of one process to the mail server at most.",
  }),
  EMAIL_FROM: mailAddress.optional().meta({
    description:
      "Address that e-mails come from, beside the administration's name. Its domain ends Message-IDs.",
    example: "noreply@appointments.example.org",
  }),
  EMAIL_RETURN_PATH: mailAddress.optional().meta({
    description:
      "Address that bounces go to; {id} in it names the message, where the mailbox takes such addresses. Default: EMAIL_FROM.",
    example: "bounces+{id}@appointments.example.org",
  }),
  EMAIL_PER_SECOND: optionalInteger(1, 10_000).meta({
    description: "E-mails per second at most, of all processes together. Default: no limit.",
    example: "50",
  }),
  EMAIL_PER_SECOND_AND_DOMAIN: optionalInteger(1, 1_000).meta({
    description: "The same to one mail domain. Default: no limit.",
    example: "10",
  }),
  EMAIL_BOUNCES_IMAP_URL: address(["imap:", "imaps:"], "imap:// or imaps://").optional().meta({
    description:
      "Mailbox that bounces arrive in, with the folder as path. Bounces of our messages are deleted when they were read, other mail is marked as read.",
    example: "imaps://bounces:password@mail.example.org:993/INBOX",
  }),
  EMAIL_BOUNCES_SECRET: secretPart().optional().meta({
    description:
      "Last part of the address that a mail server may post bounces to, PUBLIC_URL/provider-callbacks/bounces/<it>.",
    example: "REPLACE-BY-32-OR-MORE-RANDOM-CHARACTERS",
  }),
  DKIM_DOMAIN: domainName.optional().meta({
    description:
      "Domain that e-mails are signed for (DKIM), where the mail server does not sign them.",
    example: "appointments.example.org",
  }),
  DKIM_SELECTOR: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/i, "must be letters, digits and hyphens")
    .optional()
    .meta({ description: "Name of the key in the domain's DNS.", example: "sportello" }),
  DKIM_KEY_FILE: z.string().min(1).optional().meta({
    description: "File with the private key in PEM.",
    example: "/run/secrets/dkim.pem",
  }),
  SMS_SENDER: z
    .string()
    .regex(/^(?:\+?\d{3,15}|(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 ]{1,9}[A-Za-z0-9])$/, {
      error: "must be a number, or 3 to 11 letters, digits and spaces",
    })
    .optional()
    .meta({
      description: "Name or number that SMS come from, as the provider and the country allow.",
      example: "Comune",
    }),
  SMS_HTTP_PROVIDER: z.string().max(65_536).optional().meta({
    description:
      "A provider's HTTP interface: a file with its description in JSON, or the JSON itself. docs/sms-providers has examples.",
    example: "/etc/sportello/sms-provider.json",
  }),
  SMS_SMPP_URL: address(["smpp:", "smpps:"], "smpp:// or smpps://").optional().meta({
    description:
      "An SMSC (SMPP 3.4) instead; smpps speaks TLS. May end in ?system_type=&window=10&enquire_link=30&parts=udh|sar|payload&receipt_ids=same|decimal&reference=yes|no.",
    example: "smpps://system-id:password@smsc.example.org:3550",
  }),
  SMS_PER_SECOND: optionalInteger(1, 10_000).meta({
    description: "SMS per second at most, of all processes together. Default: no limit.",
    example: "10",
  }),
  WEBHOOK_HOSTS: z
    .string()
    .regex(/^(?:\*\.)?[a-z0-9.-]+(?:,(?:\*\.)?[a-z0-9.-]+)*$/i, {
      error: "must be host names separated by commas, *. before those with all names below",
    })
    .optional()
    .meta({
      description: "Hosts that webhooks may go to. Default: any with public addresses.",
      example: "hooks.example.org,*.comune.example.it",
    }),
  WEBHOOK_CONNECTIONS: integer(1, 500, 20).meta({
    description: "Connections of one process for webhooks at most.",
  }),
};

type MessageEnvironment = z.infer<z.ZodObject<typeof messageEnvironment>>;

/** Puts together what the checked variables say. */
export function readMessageConfig(env: MessageEnvironment): MessageConfig {
  return {
    smtp: readSmtp(env),
    bounces: {
      imap:
        env.EMAIL_BOUNCES_IMAP_URL === undefined
          ? undefined
          : readAddress(env.EMAIL_BOUNCES_IMAP_URL, { plain: 143, secure: 993 }),
      secret: env.EMAIL_BOUNCES_SECRET,
    },
    smsSender: env.SMS_SENDER ?? "",
    sms: readSms(env),
    rates: {
      email: env.EMAIL_PER_SECOND,
      emailPerDomain: env.EMAIL_PER_SECOND_AND_DOMAIN,
      sms: env.SMS_PER_SECOND,
    },
    webhooks: {
      allowedHosts: env.WEBHOOK_HOSTS?.toLowerCase().split(","),
      connections: env.WEBHOOK_CONNECTIONS,
    },
  };
}

function readSmtp(env: MessageEnvironment): SmtpConfig | undefined {
  const { SMTP_URL: url, EMAIL_FROM: from } = env;
  const { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector, DKIM_KEY_FILE: keyFile } = env;
  if (url === undefined || from === undefined) return undefined;
  const server = readAddress(url, { plain: 587, secure: 465 });
  const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
  const wanted = env.SMTP_TLS ?? (isHere ? "none" : "required");
  const upgrade = wanted === "required" ? "starttls" : "none";
  return {
    ...server,
    tls: server.isTls ? "implicit" : upgrade,
    connections: env.SMTP_CONNECTIONS,
    from,
    returnPath: env.EMAIL_RETURN_PATH,
    dkim: domain && selector && keyFile ? { domain, selector, keyFile } : undefined,
  };
}

function readSms(env: MessageEnvironment): MessageConfig["sms"] {
  if (env.SMS_HTTP_PROVIDER !== undefined)
    return { kind: "http", description: env.SMS_HTTP_PROVIDER };
  if (env.SMS_SMPP_URL === undefined) return undefined;
  const { data } = smppOptions.safeParse(
    Object.fromEntries(new URL(env.SMS_SMPP_URL).searchParams),
  );
  if (!data) return undefined;
  return {
    kind: "smpp",
    ...readAddress(env.SMS_SMPP_URL, { plain: 2775, secure: 3550 }),
    systemType: data.system_type,
    window: data.window,
    enquireLinkSeconds: data.enquire_link,
    partsBy: data.parts,
    receiptIds: data.receipt_ids,
    isReferenceSent: data.reference === "yes",
  };
}

const smppOptions = z.strictObject({
  system_type: z.string().max(12).default(""),
  window: integer(1, 200, 10),
  enquire_link: integer(1, 600, 30),
  parts: z.enum(["udh", "sar", "payload"]).default("udh"),
  receipt_ids: z.enum(["same", "decimal"]).default("same"),
  reference: z.enum(["yes", "no"]).default("yes"),
});

/** Reads a server's address; the ports are those where it names none. */
function readAddress(
  text: string,
  ports: { readonly plain: number; readonly secure: number },
): ServerAddress {
  const url = new URL(text);
  const isTls = url.protocol.endsWith("s:");
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (isTls ? ports.secure : ports.plain),
    isTls,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    path: decodeURIComponent(url.pathname.replace(/^\//, "")),
  };
}

function secretPart() {
  return z
    .string()
    .regex(/^[A-Za-z0-9_-]{32,100}$/, { error: "must be 32 to 100 of A-Z a-z 0-9 _ -" });
}

/** What one variable about messages asks of another. */
export function findMessageFaults(set: Readonly<Record<string, string | undefined>>): string[] {
  const faults: string[] = [];
  const has = (name: string): boolean => set[name] !== undefined;
  if (has("SMTP_URL") && !has("EMAIL_FROM")) faults.push("EMAIL_FROM is needed with SMTP_URL");
  const dkim = ["DKIM_DOMAIN", "DKIM_SELECTOR", "DKIM_KEY_FILE"];
  if (dkim.some(has) && !dkim.every(has)) faults.push(`${dkim.join(", ")} belong together`);
  if (has("SMS_HTTP_PROVIDER") && has("SMS_SMPP_URL"))
    faults.push("SMS_HTTP_PROVIDER and SMS_SMPP_URL exclude each other");
  if ((has("SMS_HTTP_PROVIDER") || has("SMS_SMPP_URL")) && !has("SMS_SENDER"))
    faults.push("SMS_SENDER is needed with SMS_HTTP_PROVIDER and SMS_SMPP_URL");
  for (const name of ["SMTP_URL", "EMAIL_BOUNCES_IMAP_URL", "SMS_SMPP_URL"])
    if (!canDecode(set[name])) faults.push(`${name} has a percent sign that stands for nothing`);
  if (!canReadOptions(set["SMS_SMPP_URL"]))
    faults.push("SMS_SMPP_URL ends in an option that is not known, or has a value that cannot be");
  return faults;
}

function canDecode(text: string | undefined): boolean {
  if (text === undefined || !URL.canParse(text)) return true;
  try {
    readAddress(text, { plain: 0, secure: 0 });
    return true;
  } catch {
    return false;
  }
}

function canReadOptions(text: string | undefined): boolean {
  const url = URL.parse(text ?? "");
  return !url || smppOptions.safeParse(Object.fromEntries(url.searchParams)).success;
}
