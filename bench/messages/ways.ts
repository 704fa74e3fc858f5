import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime from "postal-mime";
import type { z } from "zod";
import { plainProvider } from "../../test/messages/sample-sms.ts";
import { startSinkProcess } from "../../test/support/sinks/sink-process.ts";
import { bareMail } from "./bare-mail.ts";
import type { bareRequest } from "./bare-fetch.ts";

/** Connections of a worker, and of what it is compared with. */
const connections = 10;

/** A way to send: who takes the messages, and what sends the same messages to it without us. */
export interface Way {
  readonly channel: "email" | "sms";
  /** Variables of a worker that sends this way. */
  readonly env: Readonly<Record<string, string>>;
  /** How many messages were taken so far. */
  readonly taken: () => Promise<number>;
  /** When the last of them was taken, epoch milliseconds. */
  readonly lastAt: (from: number) => Promise<number>;
  /** Starts a process that has as many messages ready as are asked for, made from those taken before. */
  readonly startBare: (count: number, folder: string) => Promise<ChildProcess>;
  readonly close: () => Promise<void>;
}

const samplesMax = 50;

/** E-mails over SMTP on loopback ÷ a loop around nodemailer. */
export async function openMailWay(): Promise<Way> {
  const sink = await startSinkProcess("smtp", { keepsContent: true });
  const samples: z.infer<typeof bareMail>[] = [];
  const sample = async (): Promise<void> => {
    const receipts = await sink.receipts();
    await sink.behave({});
    for (const { content = "", rcpt } of receipts.slice(0, samplesMax)) {
      const { messageId, from, subject, text, html } = await PostalMime.parse(
        Buffer.from(content, "latin1"),
      );
      const to = /^<([^>]*)>/.exec(rcpt[0] ?? "")?.[1];
      samples.push(bareMail.parse({ messageId, to, from, subject, text, html }));
    }
  };
  return {
    channel: "email",
    env: { SMTP_URL: `smtp://127.0.0.1:${sink.port}`, SMTP_CONNECTIONS: String(connections) },
    taken: async () => (await sink.figures()).receipts,
    lastAt: async (from) => (await sink.receipts(from)).at(-1)?.at ?? 0,
    startBare: async (count, folder) => {
      if (samples.length === 0) await sample();
      const mails = many(samples, count).map((mail, n) => ({
        ...mail,
        messageId: `bare-${n}@example.org`,
        to: `citizen-${n}@example.org`,
      }));
      return startBare("bare-mail.ts", mails, { folder, port: sink.port });
    },
    close: sink.close,
  };
}

/** SMS over HTTP on loopback ÷ a loop around fetch. */
export async function openSmsWay(): Promise<Way> {
  const sink = await startSinkProcess("sms");
  const url = `http://127.0.0.1:${sink.port}/v1/messages`;
  const provider = plainProvider(url, { may_use_plain_http: true, connections });
  const samples: z.infer<typeof bareRequest>[] = [];
  return {
    channel: "sms",
    env: { SMS_HTTP_PROVIDER: JSON.stringify(provider) },
    taken: async () => (await sink.figures()).receipts,
    lastAt: async (from) => (await sink.receipts(from)).at(-1)?.at ?? 0,
    startBare: async (count, folder) => {
      if (samples.length === 0)
        for (const { body, headers } of (await sink.receipts()).slice(0, samplesMax))
          samples.push({ body, contentType: headers["content-type"] ?? "application/json" });
      const requests = many(samples, count).map(({ body, contentType }, n) => ({
        contentType,
        body: body.replace(/"reference":"[^"]*"/, `"reference":"bare-${process.pid}-${n}"`),
      }));
      return startBare("bare-fetch.ts", requests, { folder, url });
    },
    close: sink.close,
  };
}

function many<T>(samples: readonly T[], count: number): T[] {
  return Array.from({ length: Math.ceil(count / samples.length) }, () => samples)
    .flat()
    .slice(0, count);
}

async function startBare(
  program: string,
  messages: readonly object[],
  { folder, ...where }: { readonly folder: string; readonly port?: number; readonly url?: string },
): Promise<ChildProcess> {
  const file = join(folder, "bare-messages.json");
  writeFileSync(file, JSON.stringify(messages));
  const child = fork(join(import.meta.dirname, program), [
    JSON.stringify({ ...where, file, connections }),
  ]);
  await once(child, "message");
  return child;
}
