import { readFileSync } from "node:fs";
import {
  parseSmsProvider,
  type SmsProvider,
  smsProviderSchema,
} from "../../src/messages/transports/sms/sms-provider.ts";
import type { OutgoingSms } from "../../src/messages/transports/transport.ts";

/** An SMS as the sender writes it. */
export function sampleSms(reference: string, changes: Partial<OutgoingSms> = {}): OutgoingSms {
  return {
    reference,
    to: "+393331234567",
    sender: "Comune",
    text: "Appuntamento 3 marzo ore 9:00, Municipio. Disdetta: https://x.example/m/1",
    encoding: "gsm7",
    parts: 1,
    ...changes,
  };
}

/** The text of one of the descriptions that come with the product. */
export function readExample(name: string): string {
  return readFileSync(new URL(`../../docs/sms-providers/${name}.json`, import.meta.url), "utf8");
}

/** The same, read, with another address. */
export function exampleProvider(name: string, url: string): SmsProvider {
  const provider = parseSmsProvider(readExample(name));
  if ("faults" in provider) throw new Error(provider.faults.join("\n"));
  return { ...provider, request: { ...provider.request, url } };
}

/** A provider that speaks JSON, as the sink understands it. */
export function plainProvider(url: string, changes: object = {}): SmsProvider {
  return smsProviderSchema.parse({
    name: "sink",
    request: {
      method: "POST",
      url,
      body: {
        kind: "json",
        value: { to: "{to}", text: "{text}", from: "{sender}", reference: "{reference}" },
      },
    },
    answer: { format: "json", reference: "/messages/0/id" },
    is_deduplicated: true,
    ...changes,
  });
}
