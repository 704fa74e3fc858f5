import type { Receipt } from "../transport.ts";
import type { Dsn, DsnNames } from "./parse-dsn.ts";

/** How our own messages are named. */
export interface BounceNames {
  /** Right part of our Message-IDs. */
  readonly messageIdDomain: string;
  /** Address that bounces go to, with `{id}` where it names the message. */
  readonly returnPath: string | undefined;
}

const idShape = /^[A-Za-z0-9._+-]{1,128}$/;

/** The receipt that a notification is; undefined when it is of none of our messages. `now` is epoch milliseconds. */
export function receiptOfDsn(dsn: Dsn, names: BounceNames, now: number): Receipt | undefined {
  const reference = referenceOf(dsn.names, names);
  if (reference === undefined) return undefined;
  return {
    channel: "email",
    reference,
    state: statesByClass[dsn.class],
    code: dsn.status,
    at: now,
  };
}

const statesByClass: Readonly<Record<Dsn["class"], Receipt["state"]>> = {
  hard: "failed",
  soft: "expired",
  delay: "delayed",
  delivered: "delivered",
};

function referenceOf(dsn: DsnNames, names: BounceNames): string | undefined {
  const { envelopeId, messageId, addressees, answered } = dsn;
  const ids = [envelopeId, ...[messageId, ...answered].map((id) => ownPartOf(id, names))];
  const found =
    ids.find((id) => id !== undefined && idShape.test(id)) ??
    addressees.map((address) => idInReturnPath(address, names)).find((id) => id !== undefined);
  return found === undefined ? undefined : `${found}@${names.messageIdDomain}`;
}

/** The left part of a Message-ID of ours. */
function ownPartOf(
  messageId: string | undefined,
  { messageIdDomain }: BounceNames,
): string | undefined {
  const at = messageId?.lastIndexOf("@") ?? -1;
  const isOurs = messageId?.slice(at + 1).toLowerCase() === messageIdDomain;
  return isOurs ? messageId?.slice(0, at) : undefined;
}

/** What stands where the return path has `{id}`. */
function idInReturnPath(address: string, { returnPath }: BounceNames): string | undefined {
  const [before, after] = returnPath?.toLowerCase().split("{id}") ?? [];
  const lower = address.toLowerCase();
  if (before === undefined || after === undefined) return undefined;
  if (!lower.startsWith(before) || !lower.endsWith(after)) return undefined;
  const id = address.slice(before.length, address.length - after.length);
  return idShape.test(id) ? id : undefined;
}
