import { connect, PDU, type Pdu, type Session } from "smpp";
import type { SmppSettings } from "./smpp-settings.ts";
import type { SubmitFields } from "./write-submits.ts";

/** What came of one `submit_sm`. */
export type SubmitResult =
  | { readonly kind: "answered"; readonly status: number; readonly messageId: string }
  /** Nothing was said. */
  | { readonly kind: "not_sent"; readonly reason: string }
  /** It was sent, and nobody knows what became of it. */
  | { readonly kind: "no_answer"; readonly reason: string };

/** A bound connection to an SMSC. */
export interface SmppSession {
  /** Sends one pdu and waits for its answer until `signal` aborts. */
  readonly submit: (fields: SubmitFields, signal: AbortSignal) => Promise<SubmitResult>;
  /** Resolves when the connection is gone. */
  readonly ended: Promise<void>;
  /** Whether anything came of it: a message was taken, or a receipt came. */
  readonly isUseful: () => boolean;
  /** Takes leave of the SMSC and closes. */
  readonly unbind: () => void;
}

/** Why a connection did not come to be. */
export interface BindFault {
  readonly reason: string;
  /** Status of the refusal; null without an answer. */
  readonly status: number | null;
}

export interface SessionOptions {
  readonly settings: SmppSettings;
  /**
   * Is given every `deliver_sm`; when it rejects the SMSC is told to send it again.
   */
  readonly onDeliver: (pdu: Pdu) => Promise<void>;
}

const bindMs = 10_000;
const signOfLifeMsMax = 10_000;
const interfaceVersion = 0x34;
/** ESME_RX_T_APPN: temporary fault of the receiver. */
const receiverBusy = 0x64;
/** Receipts under way at once; an SMSC that sends more waits. */
const deliveriesMax = 50;
/** Messages in a row that got no answer before another connection is tried. */
const unansweredMax = 20;

/** Connects and binds as transceiver, unless `closing` aborts first. */
export function openSmppSession(
  options: SessionOptions,
  closing: AbortSignal,
): Promise<SmppSession | BindFault> {
  const { settings } = options;
  const session = connect({
    host: settings.host,
    port: settings.port,
    tls: settings.isTls,
    ...(settings.isTls ? { servername: settings.host } : {}),
    ...(settings.authority === undefined ? {} : { ca: settings.authority }),
  });
  return new Promise((resolve) => {
    const fail = (reason: string, status: number | null = null): void => {
      clearTimeout(timer);
      closing.removeEventListener("abort", onClosing);
      session.destroy();
      resolve({ reason, status });
    };
    const onClosing = (): void => fail("closing");
    const timer = setTimeout(() => fail("timeout"), bindMs);
    closing.addEventListener("abort", onClosing, { once: true });
    // Also of later faults: the connection is given up by its end, never by an exception.
    session.on("error", () => {
      fail("cut");
      session.destroy();
    });
    session.once("close", () => fail("cut"));
    session.once(settings.isTls ? "secureConnect" : "connect", () => {
      const bind = new PDU("bind_transceiver", {
        system_id: settings.systemId,
        password: settings.password,
        system_type: settings.systemType,
        interface_version: interfaceVersion,
      });
      session.send(bind, ({ command_status: status }) => {
        if (status !== 0) return fail("bind_refused", status);
        clearTimeout(timer);
        closing.removeEventListener("abort", onClosing);
        resolve(createSession(session, options));
      });
    });
  });
}

function createSession(session: Session, options: SessionOptions): SmppSession {
  const waiting = new Set<(result: SubmitResult) => void>();
  let unanswered = 0;
  let isUseful = false;
  session.once("deliver_sm", () => {
    isUseful = true;
  });
  const ended = new Promise<void>((resolve) => {
    session.once("close", () => {
      for (const end of waiting) end({ kind: "no_answer", reason: "cut" });
      resolve();
    });
  });
  answerRequests(session, options);
  watch(session, options.settings.enquireLinkMs, ended);
  return {
    ended,
    isUseful: () => isUseful,
    unbind: () => {
      session.send(new PDU("unbind"), () => session.close());
      // An SMSC that does not answer is not waited for.
      setTimeout(() => session.destroy(), 1_000).unref();
    },
    submit: (fields, signal) =>
      new Promise((resolve) => {
        const end = (result: SubmitResult): void => {
          waiting.delete(end);
          signal.removeEventListener("abort", onAbort);
          resolve(result);
        };
        const onAbort = (): void => {
          end({ kind: "no_answer", reason: "timeout" });
          unanswered += 1;
          if (unanswered >= unansweredMax) session.destroy();
        };
        if (signal.aborted) return end({ kind: "not_sent", reason: "timeout" });
        const isSent = session.send(new PDU("submit_sm", fields), (pdu) => {
          unanswered = 0;
          isUseful ||= pdu.command_status === 0;
          end({ kind: "answered", status: pdu.command_status, messageId: messageIdOf(pdu) });
        });
        if (isSent) {
          waiting.add(end);
          signal.addEventListener("abort", onAbort, { once: true });
        } else {
          // It is half closed; whoever tries again waits for the next connection.
          session.destroy();
          void ended.then(() => end({ kind: "not_sent", reason: "cut" }));
        }
      }),
  };
}

function messageIdOf({ message_id: id }: Pdu): string {
  return typeof id === "string" ? id.slice(0, 100) : "";
}

/** Answers what the SMSC asks; what is not known is refused by the library's `response`. */
function answerRequests(session: Session, { onDeliver }: SessionOptions): void {
  let delivering = 0;
  session.on("enquire_link", (pdu: Pdu) => void session.send(pdu.response()));
  session.on("unknown", (pdu: Pdu) => void session.send(pdu.response()));
  session.on("data_sm", (pdu: Pdu) => void session.send(pdu.response()));
  session.on("unbind", (pdu: Pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on("deliver_sm", (pdu: Pdu) => {
    const refuse = (): void => void session.send(pdu.response({ command_status: receiverBusy }));
    if (delivering >= deliveriesMax) return refuse();
    delivering += 1;
    void onDeliver(pdu)
      .then(() => session.send(pdu.response()), refuse)
      .finally(() => {
        delivering -= 1;
      });
  });
}

/** Asks a connection for a sign of life; without one it is dead, however open its socket looks. */
function watch(session: Session, everyMs: number, ended: Promise<void>): void {
  let limit: NodeJS.Timeout | undefined;
  const limitMs = Math.min(everyMs, signOfLifeMsMax);
  const ask = (): void => {
    limit ??= setTimeout(() => session.destroy(), limitMs);
    session.send(new PDU("enquire_link"), () => {
      clearTimeout(limit);
      limit = undefined;
    });
  };
  const timer = setInterval(ask, everyMs);
  void ended.then(() => {
    clearInterval(timer);
    clearTimeout(limit);
  });
}
