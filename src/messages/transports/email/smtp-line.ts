import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { ComposedMail } from "./compose-mail.ts";
import type { SmtpFault, SmtpStage } from "./smtp-outcome.ts";
import type { SmtpSettings } from "./smtp-settings.ts";

/** What became of an e-mail on one connection. */
export type Handover =
  | { readonly kind: "taken"; readonly reply: string }
  | { readonly kind: "fault"; readonly fault: SmtpFault };

/** One connection to the mail server, signed in. */
export interface SmtpLine {
  /** Hands one e-mail over, one at a time. Resolves at the latest when `signal` aborts, which cuts the connection. */
  readonly handOver: (mail: ComposedMail, signal: AbortSignal) => Promise<Handover>;
  /** Whether it can take another one; after a refusal it is asked to start anew first, for which this waits. */
  readonly whenFree: () => Promise<boolean>;
  /** Whether it is still there. */
  readonly isOpen: () => boolean;
  /** How many e-mails it was given. */
  readonly handedOver: () => number;
  /** Says goodbye and closes. */
  readonly quit: () => void;
}

/** Waits of the library; each is for silence only, so the caller's signal bounds the whole as well. */
const timeouts = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 25_000,
  dnsTimeout: 5_000,
  socketCloseTimeout: 1_000,
  maxResponseSize: 16_384,
};

/** Opens a connection and signs in; resolves with the fault where that fails or `signal` aborts first. */
export async function openLine(
  settings: SmtpSettings,
  signal: AbortSignal,
): Promise<SmtpLine | SmtpFault> {
  const connection = new SMTPConnection({
    ...timeouts,
    host: settings.host,
    port: settings.port,
    secure: settings.tls === "implicit",
    requireTLS: settings.tls === "starttls",
    ignoreTLS: settings.tls === "none",
    logger: false,
    ...(settings.authority === undefined ? {} : { tls: { ca: settings.authority } }),
  });
  // Faults between two e-mails, when nobody waits, must not end the process.
  connection.on("error", () => undefined);
  const fault = await connect(connection, settings, signal);
  if (!fault) return createLine(connection);
  connection.close();
  return fault;
}

type Connection = InstanceType<typeof SMTPConnection>;

function connect(
  connection: Connection,
  { auth }: SmtpSettings,
  signal: AbortSignal,
): Promise<SmtpFault | undefined> {
  return new Promise((resolve) => {
    const end = (error?: unknown): void => {
      signal.removeEventListener("abort", onAbort);
      resolve(error === undefined ? undefined : faultOf(error, "connection", false));
    };
    const onAbort = (): void => end(deadlinePassed);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    connection.once("error", end);
    connection.once("end", () => end(connectionClosed));
    connection.connect((error) => {
      if (error) end(error);
      else if (!auth) end();
      else
        connection.login({ credentials: { user: auth.user, pass: auth.password } }, (refusal) =>
          end(refusal ?? undefined),
        );
    });
  });
}

const deadlinePassed = { code: "EABORT" };
const connectionClosed = { code: "ECONNECTION" };

function createLine(connection: Connection): SmtpLine {
  let handedOver = 0;
  let freed = Promise.resolve(true);
  let isOver = false;
  connection.once("end", () => {
    isOver = true;
  });
  const cut = (): Promise<boolean> => {
    isOver = true;
    connection.close();
    return Promise.resolve(false);
  };
  return {
    isOpen: () => !isOver,
    whenFree: () => freed,
    handedOver: () => handedOver,
    quit: () => {
      if (isOver) return;
      connection.quit();
      isOver = true;
      // A server that does not answer QUIT is not waited for.
      setTimeout(() => connection.close(), goodbyeMs).unref();
    },
    handOver: async (mail, signal) => {
      handedOver += 1;
      const result = await handOver(connection, mail, signal);
      if (result.kind === "taken") return result;
      const { reply } = result.fault;
      freed = reply === null || reply.startsWith("421") ? cut() : reset(connection);
      return result;
    },
  };
}

const goodbyeMs = 1_000;
const resetMs = 5_000;

/** Asks for a new start, which is answered at once by all but broken servers. */
function reset(connection: Connection): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isFree: boolean): void => {
      clearTimeout(timer);
      connection.removeListener("end", onEnd);
      if (!isFree) connection.close();
      resolve(isFree);
    };
    const onEnd = (): void => end(false);
    const timer = setTimeout(onEnd, resetMs).unref();
    connection.once("end", onEnd);
    connection.reset((error) => end(!error));
  });
}

function handOver(
  connection: Connection,
  { envelope, bytes }: ComposedMail,
  signal: AbortSignal,
): Promise<Handover> {
  const message = streamOf(bytes);
  return new Promise((resolve) => {
    const fail = (error: unknown): void => {
      const mayHaveTaken = message.readableDidRead;
      const fault = faultOf(error, mayHaveTaken ? "content" : "data", mayHaveTaken);
      // What was not asked for yet is not sent by a connection that is closing either.
      message.destroy();
      signal.removeEventListener("abort", onAbort);
      resolve({ kind: "fault", fault });
    };
    const onAbort = (): void => fail(deadlinePassed);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    const { from, to, envelopeId } = envelope;
    // Only failures and delays: whoever gets a message does not cause another one.
    const dsn = {
      envid: envelopeId,
      ret: "HDRS",
      notify: ["FAILURE", "DELAY"],
      orcpt: `rfc822;${to}`,
    };
    const request = { from, to: [to], size: bytes.length, dsn };
    connection.send(request, message, (error, info) => {
      if (error) return fail(error);
      signal.removeEventListener("abort", onAbort);
      resolve({ kind: "taken", reply: info.response });
    });
  });
}

/** Read only once the server asked for the message, which tells whether it may have got it. */
function streamOf(bytes: Buffer): Readable {
  return new Readable({
    read() {
      this.push(bytes);
      this.push(null);
    },
  });
}

/** Stages by the command that was answered; after the message the library says `EMESSAGE`. */
const stages: Readonly<Record<string, SmtpStage>> = {
  "MAIL FROM": "sender",
  "RCPT TO": "recipient",
  DATA: "data",
};

const causes: Readonly<Record<string, string>> = {
  EABORT: "timeout",
  ETIMEDOUT: "timeout",
  EDNS: "dns",
  ETLS: "tls",
  EAUTH: "sign_in",
  ENOAUTH: "sign_in",
  ESOCKET: "cut",
  ECONNECTION: "cut",
  EPROTOCOL: "protocol",
};

/** Reads what the library reports; anything else that was thrown is a fault without a reply. */
function faultOf(error: unknown, byDefault: SmtpStage, mayHaveTaken: boolean): SmtpFault {
  const { code, command, response } = readError(error);
  // Too large by what the server announced: nothing was said to it.
  if (code === "EMESSAGE" && command === "MAIL FROM")
    return {
      stage: "sender",
      reply: "552 5.3.4 larger than announced",
      cause: "size",
      mayHaveTaken,
    };
  const stage = code === "EMESSAGE" ? "content" : (stages[command] ?? byDefault);
  const reply = response === "" ? null : response;
  return { stage, reply, cause: causes[code] ?? "fault", mayHaveTaken };
}

function readError(error: unknown): { code: string; command: string; response: string } {
  const field = (name: "code" | "command" | "response"): string => {
    const value: unknown =
      typeof error === "object" && error !== null ? Reflect.get(error, name) : "";
    return typeof value === "string" ? value : "";
  };
  return { code: field("code"), command: field("command"), response: field("response") };
}
