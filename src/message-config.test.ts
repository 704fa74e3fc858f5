import { describe, expect, it } from "vitest";
import { parseConfig } from "./config.ts";
import type { MessageConfig } from "./message-config.ts";
import { StartError } from "./start-error.ts";

function read(environment: Record<string, string>): MessageConfig {
  return parseConfig(environment).messages;
}

function messageOf(environment: Record<string, string>): string {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  return "";
}

const mail = { SMTP_URL: "smtp://mail.example.org", EMAIL_FROM: "noreply@example.org" };

describe("what the environment says about messages", () => {
  it("is nothing where nothing is set", () => {
    expect(read({})).toEqual({
      smtp: undefined,
      bounces: { imap: undefined, secret: undefined },
      smsSender: "",
      sms: undefined,
      rates: { email: undefined, emailPerDomain: undefined, sms: undefined },
      webhooks: { allowedHosts: undefined, connections: 20 },
    });
  });

  it("names a mail server, which must raise to TLS unless it is on this machine", () => {
    expect(read(mail).smtp).toMatchObject({
      host: "mail.example.org",
      port: 587,
      tls: "starttls",
      user: "",
      from: "noreply@example.org",
      connections: 10,
    });
    expect(read({ ...mail, SMTP_URL: "smtp://localhost:2525" }).smtp).toMatchObject({
      port: 2525,
      tls: "none",
    });
    expect(read({ ...mail, SMTP_URL: "smtps://mail.example.org" }).smtp).toMatchObject({
      port: 465,
      tls: "implicit",
    });
    expect(read({ ...mail, SMTP_TLS: "none" }).smtp).toMatchObject({ tls: "none" });
  });

  it("reads names and passwords with any character", () => {
    const SMTP_URL = "smtp://user%40example.org:p%3A%2F%23s@mail.example.org:25";
    expect(read({ ...mail, SMTP_URL }).smtp).toMatchObject({
      user: "user@example.org",
      password: "p:/#s",
      port: 25,
    });
  });

  it("names an SMSC and how it wants to be spoken to", () => {
    const SMS_SMPP_URL =
      "smpps://comune:s3cret@smsc.example.org?window=20&parts=sar&receipt_ids=decimal&reference=no&system_type=VMA";
    expect(read({ SMS_SMPP_URL, SMS_SENDER: "Comune" }).sms).toMatchObject({
      kind: "smpp",
      host: "smsc.example.org",
      port: 3550,
      isTls: true,
      user: "comune",
      password: "s3cret",
      window: 20,
      enquireLinkSeconds: 30,
      partsBy: "sar",
      receiptIds: "decimal",
      isReferenceSent: false,
      systemType: "VMA",
    });
  });

  it("names a folder of bounces and hosts of webhooks", () => {
    const config = read({
      EMAIL_BOUNCES_IMAP_URL: "imaps://bounces:x@mail.example.org/INBOX/Ritorni%20posta",
      WEBHOOK_HOSTS: "Hooks.example.org,*.comune.example",
    });
    expect(config.bounces.imap).toMatchObject({
      port: 993,
      isTls: true,
      path: "INBOX/Ritorni posta",
    });
    expect(config.webhooks.allowedHosts).toEqual(["hooks.example.org", "*.comune.example"]);
  });

  it.each<[string, Record<string, string>, string]>([
    ["a server without a sender", { SMTP_URL: "smtp://mail.example.org" }, "EMAIL_FROM is needed"],
    [
      "a sender that is a list",
      { ...mail, EMAIL_FROM: "a@x.example, b@y.example" },
      "EMAIL_FROM must",
    ],
    ["half a signature", { ...mail, DKIM_DOMAIN: "example.org" }, "belong together"],
    ["a provider without a sender", { SMS_HTTP_PROVIDER: "{}" }, "SMS_SENDER is needed"],
    [
      "two providers",
      { SMS_HTTP_PROVIDER: "{}", SMS_SMPP_URL: "smpp://a:b@smsc", SMS_SENDER: "Comune" },
      "exclude each other",
    ],
    ["a sender that no network shows", { SMS_SENDER: "Comune di Esempio" }, "SMS_SENDER must"],
    [
      "an option nobody knows",
      { SMS_SMPP_URL: "smpp://a:b@smsc?windows=3", SMS_SENDER: "112" },
      "not known",
    ],
    [
      "a broken percent sign",
      { ...mail, SMTP_URL: "smtp://u:100%@mail.example.org" },
      "percent sign",
    ],
    ["a short secret", { EMAIL_BOUNCES_SECRET: "short" }, "EMAIL_BOUNCES_SECRET must be 32"],
    ["another scheme", { ...mail, SMTP_URL: "http://mail.example.org" }, "SMTP_URL must"],
  ])("is refused with a word on what to do: %s", (_, environment, words) => {
    expect(messageOf(environment)).toContain(words);
  });

  it("shows no password in its message", () => {
    const message = messageOf({ SMTP_URL: "smtp://u:hidden@mail.example.org", SMS_SENDER: "x" });
    expect(message).not.toContain("hidden");
  });
});
