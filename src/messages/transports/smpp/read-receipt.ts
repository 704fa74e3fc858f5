import type { Pdu } from "smpp";
import type { Receipt } from "../transport.ts";

const typeMask = 0x3c;
const receiptType = 0x04;
const textCharsMax = 500;

const statesByWord: Readonly<Record<string, Receipt["state"]>> = {
  DELIVRD: "delivered",
  EXPIRED: "expired",
  DELETED: "failed",
  UNDELIV: "failed",
  REJECTD: "failed",
  ENROUTE: "delayed",
};

/** By `message_state` (SMPP 3.4, 5.2.28). */
const wordsByNumber: Readonly<Record<number, string>> = {
  1: "ENROUTE",
  2: "DELIVRD",
  3: "EXPIRED",
  4: "DELETED",
  5: "UNDELIV",
  8: "REJECTD",
};

/**
 * Reads a receipt out of `deliver_sm`: from its parameters where they are there, else from the usual text
 * `id:… stat:DELIVRD err:000 …` (SMPP 3.4, appendix B). Undefined for what is no receipt, or one of a state that says
 * nothing. `now` is epoch milliseconds: the text's times have no zone, so a receipt is dated by its arrival.
 */
export function readSmppReceipt(
  pdu: Pick<Pdu, "command"> & { readonly [field: string]: unknown },
  receiptIds: "same" | "decimal",
  now: number,
): Receipt | undefined {
  const { esm_class: esmClass, receipted_message_id: named, message_state: state } = pdu;
  const text = textOf(pdu);
  const isReceipt = typeof esmClass === "number" && (esmClass & typeMask) === receiptType;
  if (!isReceipt && typeof named !== "string") return undefined;
  const word =
    (typeof state === "number" ? wordsByNumber[state] : undefined) ??
    fieldOf(text, "stat")?.toUpperCase();
  const id = typeof named === "string" && named !== "" ? named : fieldOf(text, "id");
  const known = word === undefined ? undefined : statesByWord[word];
  if (id === undefined || known === undefined) return undefined;
  const fault = fieldOf(text, "err");
  return {
    channel: "sms",
    providerReference: receiptIds === "decimal" ? id.replace(/^0+(?=\d)/, "") : id,
    state: known,
    code: fault !== undefined && !/^0+$/.test(fault) ? fault : (word ?? null),
    at: now,
  };
}

/** The name of a message as answers give it, in the form in which receipts name it. */
export function nameOfMessage(id: string, receiptIds: "same" | "decimal"): string {
  if (receiptIds === "same" || !/^[0-9a-f]{1,32}$/i.test(id)) return id;
  return BigInt(`0x${id}`).toString();
}

function textOf({
  short_message: short,
  message_payload: long,
}: {
  readonly [field: string]: unknown;
}): string {
  return [short, long].map(plainText).find((text) => text !== "") ?? "";
}

/** The library gives a text, octets of a coding it does not know, or either of them as `message`. */
function plainText(value: unknown): string {
  if (typeof value === "string") return value.slice(0, textCharsMax);
  if (Buffer.isBuffer(value)) return value.toString("latin1", 0, textCharsMax);
  if (typeof value !== "object" || value === null || !("message" in value)) return "";
  return plainText(value.message);
}

function fieldOf(text: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}:([A-Za-z0-9._-]{1,64})`, "i").exec(text)?.[1];
}
