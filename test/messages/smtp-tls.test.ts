import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, expect, test } from "vitest";
import { createSmtpTransport } from "../../src/messages/transports/email/smtp-transport.ts";
import type { SmtpSettings } from "../../src/messages/transports/email/smtp-settings.ts";
import type { SendOutcome } from "../../src/messages/transports/transport.ts";
import { loopbackCertificate } from "../support/certificates/loopback.ts";
import { sampleMail, tenantId } from "./sample-mail.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const { key, cert, authority } = loopbackCertificate;

/** Messages that the server took, and whether under TLS and by whom. */
interface Taken {
  readonly isSecure: boolean;
  readonly user: unknown;
}

async function startServer(options: SMTPServerOptions): Promise<{ port: number; taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    key,
    cert,
    authOptional: true,
    logger: false,
    onData: (stream, session, done) => {
      stream.resume();
      stream.on("end", () => {
        taken.push({ isSecure: session.secure, user: session.user || undefined });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  const { port } = await new Promise<AddressInfo>((resolve) => {
    const listener = server.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      if (address === null || typeof address === "string")
        throw new Error("Not listening on a port");
      resolve(address);
    });
  });
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { port, taken };
}

async function sendTo(port: number, settings: Partial<SmtpSettings>): Promise<SendOutcome> {
  const transport = createSmtpTransport({
    host: "localhost",
    port,
    tls: "starttls",
    auth: undefined,
    connections: 1,
    returnPath: undefined,
    dkim: undefined,
    authority,
    ...settings,
  });
  closing.unshift(transport.close);
  return transport.send(sampleMail("m1"), { signal: AbortSignal.timeout(5_000), tenantId });
}

test("a server that offers STARTTLS gets messages under TLS only", async () => {
  const { port, taken } = await startServer({});
  expect(await sendTo(port, {})).toMatchObject({ kind: "accepted" });
  expect(taken).toEqual([{ isSecure: true, user: undefined }]);
});

test("a server that speaks TLS from the first byte is understood", async () => {
  const { port, taken } = await startServer({ secure: true });
  expect(await sendTo(port, { tls: "implicit" })).toMatchObject({ kind: "accepted" });
  expect(taken).toEqual([{ isSecure: true, user: undefined }]);
});

test("a server without STARTTLS gets nothing where TLS is asked for", async () => {
  const { port, taken } = await startServer({ disabledCommands: ["STARTTLS"] });
  const outcome = await sendTo(port, {});
  expect(outcome).toMatchObject({ kind: "later", isProviderWide: true });
  expect(taken).toEqual([]);
});

test("a server with a certificate that nobody vouches for gets nothing", async () => {
  const { port, taken } = await startServer({});
  const transport = createSmtpTransport({
    host: "localhost",
    port,
    tls: "starttls",
    auth: { user: "sportello", password: "secret" },
    connections: 1,
    returnPath: undefined,
    dkim: undefined,
  });
  closing.unshift(transport.close);
  const outcome = await transport.send(sampleMail("m1"), {
    signal: AbortSignal.timeout(5_000),
    tenantId,
  });
  expect(outcome).toMatchObject({ kind: "later", isProviderWide: true });
  expect(taken).toEqual([]);
});

function withPassword(password: string): SMTPServerOptions {
  return {
    authOptional: false,
    onAuth: (auth, _session, done) => {
      if (auth.password === password) done(null, { user: auth.username });
      else done(new Error("Wrong"));
    },
  };
}

test("a server that asks for a password gets it, under TLS", async () => {
  const { port, taken } = await startServer(withPassword("s3cret,:@/"));
  const outcome = await sendTo(port, { auth: { user: "sportello", password: "s3cret,:@/" } });
  expect(outcome).toMatchObject({ kind: "accepted" });
  expect(taken).toEqual([{ isSecure: true, user: "sportello" }]);
});

test("a wrong password is trouble of the provider, not of the message", async () => {
  const { port } = await startServer(withPassword("right"));
  const outcome = await sendTo(port, { auth: { user: "sportello", password: "wrong" } });
  expect(outcome).toMatchObject({
    kind: "later",
    reason: "connection_refused",
    isProviderWide: true,
  });
});
