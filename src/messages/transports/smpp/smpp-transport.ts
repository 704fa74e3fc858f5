import { setTimeout as delay } from "node:timers/promises";
import { systemNow } from "../../../time/clock.ts";
import { createUnderWay } from "../http/under-way.ts";
import { refusalOf } from "../sms/http-sms-transport.ts";
import type { OutgoingSms, ReceiptSink, SendOutcome, Transport } from "../transport.ts";
import { nameOfMessage, readSmppReceipt } from "./read-receipt.ts";
import { openSmppLink, type SmppLink } from "./smpp-link.ts";
import { isThrottled, outcomeOfStatus } from "./smpp-outcome.ts";
import type { BindFault, SubmitResult } from "./smpp-session.ts";
import type { SmppSettings } from "./smpp-settings.ts";
import { createWindow, type Window } from "./window.ts";
import { writeSubmits } from "./write-submits.ts";

export interface SmppOptions {
  readonly settings: SmppSettings;
  readonly onReceipts: ReceiptSink;
}

/** How long a message waits for a connection before it is for later. */
const bindWaitMs = 5_000;
const throttledWaitMs = 1_000;

/** Hands SMS to an SMSC over one connection and passes receipts on. Connects at once. */
export function createSmppTransport({ settings, onReceipts }: SmppOptions): Transport<OutgoingSms> {
  const link = openSmppLink({
    settings,
    onDeliver: async (pdu) => {
      const receipt = readSmppReceipt(pdu, settings.receiptIds, systemNow().getTime());
      if (receipt) await onReceipts([receipt]);
    },
  });
  const parts: SmppParts = { settings, link, window: createWindow(settings.window) };
  const underWay = createUnderWay();
  return {
    send: async (sms, { signal }) =>
      refusalOf(sms) ?? underWay.run(() => handOver(parts, sms, signal)),
    close: async () => {
      await underWay.ended();
      await link.close();
    },
  };
}

interface SmppParts {
  readonly settings: SmppSettings;
  readonly link: SmppLink;
  readonly window: Window;
}

/** Part after part: the next one goes out when the one before was taken. */
async function handOver(
  parts: SmppParts,
  sms: OutgoingSms,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const submits = writeSubmits(sms, parts.settings);
  let name = "";
  for (const [i, fields] of submits.entries()) {
    const result = await submit(parts, fields, { signal, isPatient: i > 0 });
    if (result.kind === "answered" && result.status === 0) {
      name = result.messageId;
      continue;
    }
    // Some parts are out: the whole is sent again, and the telephone puts it together once.
    if (i > 0) return { kind: "unknown", reason: "taken_in_part" };
    return outcomeOf(result);
  }
  return {
    kind: "accepted",
    providerReference: name === "" ? null : nameOfMessage(name, parts.settings.receiptIds),
  };
}

type Fields = ReturnType<typeof writeSubmits>[number];

/** Submits one part; a patient one waits and tries again while the SMSC asks for less, as long as the deadline allows. */
async function submit(
  parts: SmppParts,
  fields: Fields,
  { signal, isPatient }: { readonly signal: AbortSignal; readonly isPatient: boolean },
): Promise<SubmitResult> {
  for (;;) {
    const result = await submitOnce(parts, fields, signal);
    const isToWait = isPatient && result.kind === "answered" && isThrottled(result.status);
    if (!isToWait || signal.aborted) return result;
    await delay(throttledWaitMs, undefined, { signal }).catch(() => undefined);
  }
}

async function submitOnce(
  { link, window }: SmppParts,
  fields: Fields,
  signal: AbortSignal,
): Promise<SubmitResult> {
  const leave = await window.enter(signal);
  if (!leave) return { kind: "not_sent", reason: "window_full" };
  try {
    const bound = AbortSignal.any([signal, AbortSignal.timeout(bindWaitMs)]);
    for (;;) {
      const session = await link.whenBound(bound);
      if ("reason" in session) return { kind: "not_sent", reason: reasonOf(session) };
      const result = await session.submit(fields, signal);
      // A connection that was lost before a word of it was said costs the message nothing.
      if (result.kind !== "not_sent" || bound.aborted) return result;
    }
  } finally {
    leave();
  }
}

function reasonOf({ reason, status }: BindFault): string {
  return status === null ? reason : `${reason}_${status.toString(16)}`;
}

function outcomeOf(result: SubmitResult): SendOutcome {
  switch (result.kind) {
    case "answered":
      return outcomeOfStatus(result.status);
    case "no_answer":
      return { kind: "unknown", reason: result.reason };
    case "not_sent":
      return {
        kind: "later",
        reason: result.reason,
        code: null,
        afterSeconds: null,
        isProviderWide: true,
      };
  }
}
