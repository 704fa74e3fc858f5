import { startSinkProcess } from "../../support/sinks/sink-process.ts";
import type { SmtpBehaviour } from "../../support/sinks/smtp-sink.ts";
import type { Received } from "./judge-sending.ts";

/** A mail server in a process of its own that keeps what it is sent and can misbehave. */
export interface MailServer {
  /** Variables that make a worker send to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly behave: (behaviour: SmtpBehaviour) => Promise<void>;
  /** How many e-mails it has taken and refused so far. */
  readonly figures: () => Promise<{ receipts: number; refusals: number }>;
  /** Everything it took, by our messages' ids. */
  readonly received: () => Promise<Received[]>;
  readonly close: () => Promise<void>;
}

/** Starts the server; a worker has so many connections to it. */
export async function startMailServer(connections = 10): Promise<MailServer> {
  const sink = await startSinkProcess("smtp");
  return {
    env: { SMTP_URL: `smtp://127.0.0.1:${sink.port}`, SMTP_CONNECTIONS: String(connections) },
    behave: sink.behave,
    figures: sink.figures,
    received: async () =>
      (await sink.receipts()).map(({ messageId, at, answer }) => ({
        messageId: messageId.split("@")[0] ?? "",
        at,
        isAcknowledged: answer === "taken",
      })),
    close: sink.close,
  };
}
