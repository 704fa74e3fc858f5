/** What e-mail is compared with: nodemailer sends ready e-mails, as many at once as it has connections. */
import { readFileSync } from "node:fs";
import nodemailer from "nodemailer";
import { z } from "zod";

/** An e-mail of ours as it was received, to be sent once more. */
export const bareMail = z.object({
  messageId: z.string(),
  to: z.string(),
  from: z.object({ address: z.string(), name: z.string() }),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
});

async function run(): Promise<void> {
  const settings = z
    .object({ file: z.string(), port: z.number(), connections: z.number() })
    .parse(JSON.parse(process.argv[2] ?? "{}"));
  const mails = z.array(bareMail).parse(JSON.parse(readFileSync(settings.file, "utf8")));
  const transport = nodemailer.createTransport({
    host: "127.0.0.1",
    port: settings.port,
    secure: false,
    ignoreTLS: true,
    pool: true,
    maxConnections: settings.connections,
    maxMessages: Infinity,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let next = 0;
  const work = async (): Promise<void> => {
    for (let mail = mails[next++]; mail; mail = mails[next++])
      await transport.sendMail({
        ...mail,
        messageId: `<${mail.messageId}>`,
        to: { address: mail.to, name: "" },
      });
  };
  process.once("message", () => {
    void Promise.all(Array.from({ length: settings.connections * 2 }, work)).then(() => {
      transport.close();
      process.disconnect();
    });
  });
  process.send?.("ready");
}

if (import.meta.main) await run();
