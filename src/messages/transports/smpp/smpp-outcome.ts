import type { RefusalReason, SendOutcome } from "../transport.ts";

/** Statuses that say that too much is sent at the moment: ESME_RMSGQFUL and ESME_RTHROTTLED. */
const throttledStatuses = new Set([0x14, 0x58]);

/** Whether the SMSC asks for less. */
export function isThrottled(status: number): boolean {
  return throttledStatuses.has(status);
}

/** Refusals that are about the message or its recipient (SMPP 3.4, 5.1.3). */
const refusals: Readonly<Record<number, RefusalReason>> = {
  0x01: "content", // ESME_RINVMSGLEN
  0x0b: "bad_address", // ESME_RINVDSTADR
  0x50: "bad_address", // ESME_RINVDSTTON
  0x51: "bad_address", // ESME_RINVDSTNPI
  0xc2: "content", // ESME_RINVPARLEN
  0xc4: "content", // ESME_RINVOPTPARAMVAL
};

/** Trouble of the SMSC or of our account: the same for every message. */
const troubles: Readonly<Record<number, string>> = {
  0x04: "not_bound", // ESME_RINVBNDSTS
  0x08: "system_error", // ESME_RSYSERR
  0x0a: "sender_refused", // ESME_RINVSRCADR
  0x0d: "bind_failed", // ESME_RBINDFAIL
  0x0e: "bind_failed", // ESME_RINVPASWD
  0x0f: "bind_failed", // ESME_RINVSYSID
  0x48: "sender_refused", // ESME_RINVSRCTON
  0x49: "sender_refused", // ESME_RINVSRCNPI
};

/** SMSCs count per second. */
const throttledSeconds = 1;

/** What a status other than 0 in an answer to `submit_sm` means. Vendors' own statuses (from 0x400) are for later. */
export function outcomeOfStatus(status: number): SendOutcome {
  const code = `smpp_${status.toString(16).padStart(2, "0")}`;
  if (isThrottled(status))
    return {
      kind: "later",
      reason: "throttled",
      code,
      afterSeconds: throttledSeconds,
      isProviderWide: true,
    };
  const trouble = troubles[status];
  if (trouble !== undefined)
    return { kind: "later", reason: trouble, code, afterSeconds: null, isProviderWide: true };
  const refusal = refusals[status];
  if (refusal !== undefined) return { kind: "refused", reason: refusal, code };
  return { kind: "later", reason: "not_taken", code, afterSeconds: null, isProviderWide: false };
}
