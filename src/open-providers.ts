import { readFile } from "node:fs/promises";
import type { MessageConfig } from "./message-config.ts";
import type { Provider, Providers, Senders } from "./messages/sending/provider.ts";
import type { BounceMailbox } from "./messages/transports/bounces/read-bounces.ts";
import type { BounceNames } from "./messages/transports/bounces/receipt-of-dsn.ts";
import { createSmtpTransport } from "./messages/transports/email/smtp-transport.ts";
import type { SmtpSettings } from "./messages/transports/email/smtp-settings.ts";
import { type CallbackOptions, callbackPaths } from "./messages/transports/routes.ts";
import { createSmppTransport } from "./messages/transports/smpp/smpp-transport.ts";
import { createHttpSmsTransport } from "./messages/transports/sms/http-sms-transport.ts";
import { parseSmsProvider, type SmsProvider } from "./messages/transports/sms/sms-provider.ts";
import type { OutgoingEmail, OutgoingSms, ReceiptSink } from "./messages/transports/transport.ts";
import type { OutgoingWebhook } from "./messages/transports/webhook.ts";
import { createWebhookTransport } from "./messages/transports/webhooks/webhook-transport.ts";
import { errorMessage, StartError } from "./start-error.ts";

export interface ProviderOptions {
  readonly config: MessageConfig;
  /** Where the service is reached, without a slash at the end. */
  readonly publicUrl: string;
  /** Keeps what providers report over their own connections. */
  readonly onReceipts: ReceiptSink;
  /** Keeps what would be sent, where there is no provider; undefined sends nothing instead. */
  readonly mailbox: Mailbox | undefined;
}

/** Providers that send nothing. */
export interface Mailbox {
  readonly email: Provider<OutgoingEmail>;
  readonly sms: Provider<OutgoingSms>;
}

/**
 * Opens what messages are handed to, as the configuration says; an SMSC is connected to at once. Throws StartError with all
 * faults of the files that the configuration names.
 */
export async function openProviders(options: ProviderOptions): Promise<Providers> {
  const { config, mailbox } = options;
  const email = await openEmail(config);
  const sms = await openSms(options);
  return {
    ...present("email", email ?? mailbox?.email),
    ...present("sms", sms ?? mailbox?.sms),
    webhook: openWebhooks(config),
  };
}

/** Lets what is under way end and closes every connection. */
export async function closeProviders({ email, sms, webhook }: Providers): Promise<void> {
  const transports = [email, sms, webhook].flatMap((provider) => provider?.transport ?? []);
  await Promise.all(transports.map((transport) => transport.close()));
}

function present<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  const entry: { [key in K]?: V } = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}

/** From whom messages come, for Message-IDs too where no mail server is named. */
export function sendersOf({ smtp, smsSender }: MessageConfig, publicUrl: string): Senders {
  const host = new URL(publicUrl).hostname;
  const domain = host.includes(".") ? host : "sportello.invalid";
  const emailFrom = smtp?.from ?? `noreply@${domain}`;
  return {
    emailFrom,
    messageIdDomain: emailFrom.slice(emailFrom.lastIndexOf("@") + 1).toLowerCase(),
    smsSender: smsSender === "" ? "SMS" : smsSender,
  };
}

/** What callbacks are checked against. Throws StartError as `openProviders` does. */
export async function readCallbackKeys(
  config: MessageConfig,
  publicUrl: string,
): Promise<Omit<CallbackOptions, "onReceipts">> {
  const { sms, bounces } = config;
  return {
    smsProvider: sms?.kind === "http" ? await readSmsProvider(sms.description) : undefined,
    bouncesSecret: bounces.secret,
    bounceNames: bounceNamesOf(config, publicUrl),
  };
}

/** How our messages are named in bounces. */
export function bounceNamesOf(config: MessageConfig, publicUrl: string): BounceNames {
  const { messageIdDomain } = sendersOf(config, publicUrl);
  return { messageIdDomain, returnPath: config.smtp?.returnPath };
}

/** The mailbox that bounces are read from; undefined where none is named. */
export function bounceMailboxOf({ bounces: { imap } }: MessageConfig): BounceMailbox | undefined {
  if (!imap) return undefined;
  const { host, port, user, password, path, isTls } = imap;
  const isHere = ["localhost", "127.0.0.1", "::1"].includes(host);
  const upgrade = isHere ? "none" : "starttls";
  const folder = path === "" ? "INBOX" : path;
  return { host, port, user, password, folder, tls: isTls ? "implicit" : upgrade };
}

/** A mail may be seen twice after a cut, but under one Message-ID and at no cost: it is sent until it is taken. */
async function openEmail({ smtp }: MessageConfig): Promise<Provider<OutgoingEmail> | undefined> {
  if (!smtp) return undefined;
  const { host, port, tls, connections, returnPath, user, password } = smtp;
  const settings: SmtpSettings = {
    host,
    port,
    tls,
    connections,
    returnPath,
    auth: user === "" ? undefined : { user, password },
    dkim: smtp.dkim && { ...smtp.dkim, privateKey: await readKey(smtp.dkim.keyFile) },
  };
  return {
    name: "smtp",
    transport: createSmtpTransport(settings),
    connections,
    isRepeatable: true,
  };
}

async function openSms({
  config: { sms },
  publicUrl,
  onReceipts,
}: ProviderOptions): Promise<Provider<OutgoingSms> | undefined> {
  if (!sms) return undefined;
  if (sms.kind === "http") {
    const provider = await readSmsProvider(sms.description);
    return {
      name: "sms-http",
      transport: createHttpSmsTransport({
        provider,
        receiptUrl: receiptUrlOf(provider, publicUrl),
      }),
      connections: provider.connections,
      isRepeatable: provider.is_deduplicated,
    };
  }
  const { user, enquireLinkSeconds, ...settings } = sms;
  return {
    name: "smpp",
    transport: createSmppTransport({
      settings: { ...settings, systemId: user, enquireLinkMs: enquireLinkSeconds * 1_000 },
      onReceipts,
    }),
    connections: sms.window,
    isRepeatable: false,
  };
}

/** Where a provider calls back: the address ends in the secret, or in a word where receipts are signed. */
function receiptUrlOf({ receipts }: SmsProvider, publicUrl: string): string {
  return receipts ? `${publicUrl}${callbackPaths.sms}/${receipts.path_secret ?? "signed"}` : "";
}

function openWebhooks({ webhooks }: MessageConfig): Provider<OutgoingWebhook> {
  const { allowedHosts, connections } = webhooks;
  return {
    name: "webhook",
    transport: createWebhookTransport({ egress: { allowedHosts }, connections }),
    connections,
    isRepeatable: true,
  };
}

/** A description in JSON, or a file with one. */
async function readSmsProvider(description: string): Promise<SmsProvider> {
  const isInline = description.trimStart().startsWith("{");
  const text = isInline ? description : await readText(description, "SMS_HTTP_PROVIDER");
  const provider = parseSmsProvider(text);
  if (!("faults" in provider)) return provider;
  const lines = provider.faults.map((fault) => `  ${fault}`).join("\n");
  throw new StartError(`The description of SMS_HTTP_PROVIDER is wrong; correct it:\n${lines}`);
}

async function readKey(file: string): Promise<string> {
  const text = await readText(file, "DKIM_KEY_FILE");
  if (!/-----BEGIN (?:RSA )?PRIVATE KEY-----/.test(text))
    throw new StartError("The file of DKIM_KEY_FILE holds no private key in PEM.");
  return text;
}

async function readText(file: string, variable: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new StartError(`The file of ${variable} cannot be read (${errorMessage(error)}).`, {
      cause: error,
    });
  }
}
