/** What everything is compared with: nodemailer sends ready e-mails, as many at once as it has connections. */
import { readFileSync } from "node:fs";
import nodemailer from "nodemailer";
import { z } from "zod";

const settings = z
  .object({ file: z.string(), port: z.number(), connections: z.number() })
  .parse(JSON.parse(process.argv[2] ?? "{}"));
const mails = z
  .array(
    z.object({
      messageId: z.string(),
      to: z.object({ address: z.string() }),
      from: z.object({ address: z.string(), name: z.string() }),
      subject: z.string(),
      text: z.string(),
      html: z.string(),
    }),
  )
  .parse(JSON.parse(readFileSync(settings.file, "utf8")));
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
process.on("message", () => {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let mail = mails[next++]; mail; mail = mails[next++]) {
      const { to, from, ...rest } = mail;
      await transport.sendMail({
        ...rest,
        messageId: `<${mail.messageId}>`,
        to: { address: to.address, name: "" },
        from,
      });
    }
  };
  void Promise.all(Array.from({ length: settings.connections * 2 }, work)).then(() => {
    transport.close();
    process.disconnect();
  });
});
process.send?.({ isReady: true });
