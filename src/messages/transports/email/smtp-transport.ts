import { createUnderWay } from "../http/under-way.ts";
import type { OutgoingEmail, SendOutcome, Transport } from "../transport.ts";
import { type ComposedMail, composeMail, type MailFault } from "./compose-mail.ts";
import type { Handover } from "./smtp-line.ts";
import { outcomeOfFault } from "./smtp-outcome.ts";
import { createSmtpPool, type SmtpPool } from "./smtp-pool.ts";
import type { SmtpSettings } from "./smtp-settings.ts";

/** Hands e-mails to a mail server over SMTP (RFC 5321). Limits of rate are the sender's. */
export function createSmtpTransport(settings: SmtpSettings): Transport<OutgoingEmail> {
  const pool = createSmtpPool(settings);
  const underWay = createUnderWay();
  const writeAndHandOver = async (
    email: OutgoingEmail,
    signal: AbortSignal,
  ): Promise<SendOutcome> => {
    const mail = await composeMail(email, settings);
    if (typeof mail === "string") return unwritten(mail);
    return outcomeOf(await handOver(pool, mail, signal));
  };
  return {
    send: (email, { signal }) => underWay.run(() => writeAndHandOver(email, signal)),
    close: async () => {
      await underWay.ended();
      pool.close();
    },
  };
}

function unwritten(fault: MailFault): SendOutcome {
  if (fault === "recipient") return { kind: "refused", reason: "bad_address", code: null };
  return { kind: "refused", reason: "other", code: `bad_${fault}` };
}

function outcomeOf(result: Handover): SendOutcome {
  if (result.kind === "taken")
    return { kind: "accepted", providerReference: queueIdIn(result.reply) };
  return outcomeOfFault(result.fault);
}

/**
 * A connection that lay idle may have been closed by the server, which shows only when it is used: as long as not a
 * byte of the message went out, it is tried once more on a new one.
 */
async function handOver(
  pool: SmtpPool,
  mail: ComposedMail,
  signal: AbortSignal,
): Promise<Handover> {
  const first = await tryOnce(pool, mail, { signal, isFresh: false });
  if (!first.wasReused || first.kind === "taken") return first;
  const { mayHaveTaken, reply, cause } = first.fault;
  const isStale = !mayHaveTaken && (reply === null ? cause !== "timeout" : reply.startsWith("421"));
  return isStale ? tryOnce(pool, mail, { signal, isFresh: true }) : first;
}

async function tryOnce(
  pool: SmtpPool,
  mail: ComposedMail,
  request: { readonly signal: AbortSignal; readonly isFresh: boolean },
): Promise<Handover & { readonly wasReused: boolean }> {
  const line = await pool.take(request);
  if (!("handOver" in line)) return { kind: "fault", fault: line, wasReused: false };
  const wasReused = line.handedOver() > 0;
  try {
    return { ...(await line.handOver(mail, request.signal)), wasReused };
  } finally {
    pool.giveBack(line);
  }
}

/** What the server calls the message in its own log, for those who ask its operators: `250 2.0.0 Ok: queued as 4F2A`. */
function queueIdIn(reply: string): string | null {
  return /\b(?:queued as|id=?|queued) ?:?=? ?<?([A-Za-z0-9@._-]{4,100})/i.exec(reply)?.[1] ?? null;
}
