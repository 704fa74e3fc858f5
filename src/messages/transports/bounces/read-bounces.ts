import { ImapFlow } from "imapflow";
import { systemNow } from "../../../time/clock.ts";
import type { Receipt } from "../transport.ts";
import { dsnBytesMax, parseDsn } from "./parse-dsn.ts";
import { type BounceNames, receiptOfDsn } from "./receipt-of-dsn.ts";

/** The mailbox that bounces arrive in. */
export interface BounceMailbox {
  readonly host: string;
  readonly port: number;
  /** `implicit` speaks TLS from the first byte, `starttls` insists on the upgrade, `none` never uses TLS. */
  readonly tls: "implicit" | "starttls" | "none";
  readonly user: string;
  readonly password: string;
  readonly folder: string;
  /** PEM of an authority trusted instead of the system's. */
  readonly authority?: string;
}

export interface ReadBouncesOptions {
  readonly mailbox: BounceMailbox;
  readonly names: BounceNames;
  /** Ends the reading, also of a server that says nothing more. */
  readonly signal: AbortSignal;
}

/** Receipts of a part of the mailbox. */
export interface BounceBatch {
  readonly receipts: readonly Receipt[];
  /** Mails that were no bounces of ours; they stay where they are, marked as read. */
  readonly ignored: number;
}

const batchMax = 50;
const readMax = 1_000;
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

/**
 * Reads what is unread in the mailbox, a thousand mails at most. Bounces of ours are deleted when the next batch is asked
 * for, which is when their receipts have been stored; whoever stops in between reads them again. Throws what the
 * connection throws.
 */
export async function* readBounces(options: ReadBouncesOptions): AsyncGenerator<BounceBatch> {
  const client = openClient(options.mailbox);
  const onAbort = (): void => client.close();
  options.signal.addEventListener("abort", onAbort, { once: true });
  try {
    options.signal.throwIfAborted();
    await client.connect();
    const lock = await client.getMailboxLock(options.mailbox.folder);
    try {
      const unread = (await client.search({ seen: false }, { uid: true })) || [];
      for (let from = 0; from < Math.min(unread.length, readMax); from += batchMax)
        yield* readBatch(client, unread.slice(from, from + batchMax), options.names);
    } finally {
      lock.release();
    }
    await client.logout();
  } finally {
    options.signal.removeEventListener("abort", onAbort);
    client.close();
  }
}

function openClient({ host, port, tls, user, password, authority }: BounceMailbox): ImapFlow {
  const client = new ImapFlow({
    ...timeouts,
    host,
    port,
    secure: tls === "implicit",
    doSTARTTLS: tls === "starttls",
    auth: { user, pass: password },
    logger: false,
    disableAutoIdle: true,
    maxLiteralSize: 4 * dsnBytesMax,
    ...(authority === undefined ? {} : { tls: { ca: authority } }),
  });
  // Whoever waits hears of a fault; between two commands nobody does.
  client.on("error", () => undefined);
  return client;
}

async function* readBatch(
  client: ImapFlow,
  uids: readonly number[],
  names: BounceNames,
): AsyncGenerator<BounceBatch> {
  const receipts: Receipt[] = [];
  const read: number[] = [];
  const ignored: number[] = [];
  const query = { source: { start: 0, maxLength: dsnBytesMax } };
  for (const uid of uids) {
    // One at a time: mails may be large, and a batch of them is not needed at once.
    const mail = await client.fetchOne(String(uid), query, { uid: true });
    const dsn = mail && mail.source && (await parseDsn(mail.source));
    const receipt = dsn && receiptOfDsn(dsn, names, systemNow().getTime());
    if (receipt) receipts.push(receipt);
    (receipt ? read : ignored).push(uid);
  }
  yield { receipts, ignored: ignored.length };
  if (ignored.length > 0)
    await client.messageFlagsAdd(ignored.join(","), ["\\Seen"], { uid: true });
  if (read.length > 0) await client.messageDelete(read.join(","), { uid: true });
}
