import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config.ts";
import {
  closeProviders,
  openProviders,
  readCallbackKeys,
  sendersOf,
} from "../../src/open-providers.ts";
import { startSmtpSink } from "../support/sinks/smtp-sink.ts";
import { sampleMail, tenantId } from "./sample-mail.ts";
import { readExample } from "./sample-sms.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sportello-providers-"));
  await writeFile(join(folder, "provider.json"), readExample("json-with-bearer"));
  await writeFile(join(folder, "wrong.json"), '{"name":"secret-value","colour":"red"}');
});
afterAll(() => rm(folder, { recursive: true }));

async function open(environment: Record<string, string>) {
  const { messages, publicUrl } = parseConfig(environment);
  return openProviders({
    config: messages,
    publicUrl,
    onReceipts: async () => undefined,
    mailbox: undefined,
  });
}

describe("the providers of a configuration", () => {
  test("are webhooks alone where nothing is set and there is no mailbox", async () => {
    const providers = await open({});
    expect(Object.keys(providers)).toEqual(["webhook"]);
    await closeProviders(providers);
  });

  test("are a mail server, which takes what is sent", async () => {
    const sink = await startSmtpSink();
    const providers = await open({
      SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
      EMAIL_FROM: "noreply@example.org",
      SMTP_CONNECTIONS: "3",
    });
    const { email } = providers;
    expect(email).toMatchObject({ name: "smtp", connections: 3, isRepeatable: true });
    const options = { signal: AbortSignal.timeout(5_000), tenantId };
    expect(await email?.transport.send(sampleMail("m1"), options)).toMatchObject({
      kind: "accepted",
    });
    await closeProviders(providers);
    await sink.close();
  });

  test("are an SMS provider described in a file or in the variable itself", async () => {
    for (const SMS_HTTP_PROVIDER of [
      join(folder, "provider.json"),
      readExample("json-with-bearer"),
    ]) {
      const environment = { SMS_HTTP_PROVIDER, SMS_SENDER: "Comune" };
      const providers = await open(environment);
      expect(providers.sms).toMatchObject({
        name: "sms-http",
        connections: 10,
        isRepeatable: true,
      });
      const { messages, publicUrl } = parseConfig(environment);
      const keys = await readCallbackKeys(messages, publicUrl);
      expect(keys.smsProvider?.name).toBe("json_with_bearer");
      await closeProviders(providers);
    }
  });

  test.each<[string, () => Record<string, string>, string]>([
    [
      "a description with faults",
      () => ({ SMS_HTTP_PROVIDER: join(folder, "wrong.json"), SMS_SENDER: "Comune" }),
      "Unrecognized key",
    ],
    [
      "a file that is not there",
      () => ({ SMS_HTTP_PROVIDER: join(folder, "none.json"), SMS_SENDER: "Comune" }),
      "cannot be read",
    ],
    [
      "a key that is none",
      () => ({
        SMTP_URL: "smtp://localhost",
        EMAIL_FROM: "noreply@example.org",
        DKIM_DOMAIN: "example.org",
        DKIM_SELECTOR: "s",
        DKIM_KEY_FILE: join(folder, "wrong.json"),
      }),
      "no private key",
    ],
  ])("end the start with a word on what to do: %s", async (_, environment, words) => {
    const error: unknown = await open(environment()).catch((caught: unknown) => caught);
    expect(String(error)).toContain(words);
    expect(String(error)).not.toContain("secret-value");
  });
});

test("messages come from the address that is set, else from one that nobody can answer to", () => {
  const set = parseConfig({ SMTP_URL: "smtp://localhost", EMAIL_FROM: "noreply@Mail.example.org" });
  expect(sendersOf(set.messages, "https://x.example.org")).toEqual({
    emailFrom: "noreply@Mail.example.org",
    messageIdDomain: "mail.example.org",
    smsSender: "SMS",
  });
  const none = parseConfig({}).messages;
  expect(sendersOf(none, "http://localhost:3000").emailFrom).toBe("noreply@sportello.invalid");
  expect(sendersOf(none, "https://x.example.org").emailFrom).toBe("noreply@x.example.org");
});
