/**
 * A worker as a process of its own, for drills that kill it and benches that time it: everything that a worker has, with
 * an SMTP server and an SMS provider that its parent names. Says `working` when it does.
 */
import { z } from "zod";
import { createDeps } from "../../src/deps.ts";
import { createMessaging } from "../../src/messaging.ts";
import type { Providers } from "../../src/messages/sending/provider.ts";
import { createSmtpTransport } from "../../src/messages/transports/email/smtp-transport.ts";
import { runProcess } from "../../src/run-process.ts";
import { startWorker } from "../../src/worker.ts";

/** What the parent process tells this one, as JSON. */
export const workerSettingsSchema = z.strictObject({
  databaseUrl: z.string(),
  redisUrl: z.string().optional(),
  secretKey: z.string(),
  smtpPort: z.number().optional(),
  connections: z.number().default(10),
  publicUrl: z.string().default("https://termine.example.org"),
  rates: z
    .strictObject({
      channels: z.partialRecord(z.enum(["email", "sms", "webhook"]), z.number()),
      perDomain: z.number().optional(),
    })
    .default({ channels: {} }),
  logLevel: z.enum(["silent", "warn", "info"]).default("warn"),
});

export type WorkerSettings = z.input<typeof workerSettingsSchema>;

function providersOf(settings: z.output<typeof workerSettingsSchema>): Providers {
  const { smtpPort, connections } = settings;
  if (smtpPort === undefined) return {};
  const transport = createSmtpTransport({
    host: "127.0.0.1",
    port: smtpPort,
    tls: "none",
    auth: undefined,
    connections,
    returnPath: undefined,
    dkim: undefined,
  });
  return { email: { transport, name: "smtp", connections, isRepeatable: true } };
}

if (import.meta.main) {
  const settings = workerSettingsSchema.parse(JSON.parse(process.argv[2] ?? "{}"));
  await runProcess(async (life) => {
    const deps = await createDeps(
      {
        redisUrl: settings.redisUrl,
        logLevel: settings.logLevel,
        databasePoolMax: 10,
        jobsPoolMax: 6,
      },
      {
        databaseUrl: settings.databaseUrl,
        secretKeys: [{ kid: "t1", key: Buffer.from(settings.secretKey, "base64") }],
        role: "worker",
        version: "test",
      },
    );
    life.onStop(() => deps.close());
    const messaging = createMessaging(deps, {
      publicUrl: settings.publicUrl,
      providers: providersOf(settings),
      senders: {
        emailFrom: "noreply@example.org",
        messageIdDomain: "example.org",
        smsSender: "Comune",
      },
      rates: {
        channels: settings.rates.channels,
        perDomain: settings.rates.perDomain,
      },
      folder: null,
    });
    startWorker(deps, { databaseUrl: settings.databaseUrl, messaging }, life);
    process.stdout.write("working\n");
  });
}
