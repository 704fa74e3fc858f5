import type { RefusalReason, SendOutcome } from "../transport.ts";

/** How far a conversation with a mail server had come. */
export type SmtpStage = "connection" | "sender" | "recipient" | "data" | "content";

/** What went wrong in a conversation with a mail server. */
export interface SmtpFault {
  readonly stage: SmtpStage;
  /** The server's reply, `550 5.1.1 No such user`; null when there was none. */
  readonly reply: string | null;
  /** Without a reply: `timeout`, `tls`, `dns`, `cut`, …. */
  readonly cause: string;
  /** Whether the server may hold the whole message: it had begun to take its bytes. */
  readonly mayHaveTaken: boolean;
}

/** What a reply says. */
interface Reply {
  readonly status: number;
  /** RFC 3463, such as `5.1.1`. */
  readonly enhanced: string | undefined;
  readonly text: string;
}

/**
 * What a fault means for the message: the recipient's, the content's or, most often, the server's own trouble. A refusal
 * for good (5xx) is one of the message only where it speaks of it; one of the sender or of the connection would be the
 * same for every message, so it is kept for later and told of as trouble of the provider.
 */
export function outcomeOfFault(fault: SmtpFault): SendOutcome {
  const reply = fault.reply === null ? undefined : readReply(fault.reply);
  if (!reply) return withoutReply(fault);
  const code = reply.enhanced ?? String(reply.status);
  // After the message 421 says that the server goes away; some have kept the message all the same.
  if (reply.status === 421 && fault.mayHaveTaken)
    return { kind: "unknown", reason: "closed_after_data" };
  if (reply.status < 500) return postponed(fault.stage, reply, code);
  return refused(fault.stage, reply, code);
}

function withoutReply({ cause, mayHaveTaken }: SmtpFault): SendOutcome {
  if (mayHaveTaken) return { kind: "unknown", reason: `${cause}_after_data` };
  return { kind: "later", reason: cause, code: null, afterSeconds: null, isProviderWide: true };
}

function readReply(text: string): Reply | undefined {
  const match = /^([2345]\d\d)(?:[ -]|$)(?:([245]\.\d{1,3}\.\d{1,3})(?:\s|$))?/.exec(text);
  if (!match) return undefined;
  return { status: Number(match[1]), enhanced: match[2], text: text.slice(0, 500).toLowerCase() };
}

/** Later, because of the provider as a whole. */
function trouble(reason: string, code: string): SendOutcome {
  return { kind: "later", reason, code, afterSeconds: null, isProviderWide: true };
}

/** Replies that are not about this message: the server's storage, system, network, and access to it. */
const systemTrouble = /^[45]\.(?:3\.[0125]|4\.[1356]|7\.0)$/;

function postponed(stage: SmtpStage, reply: Reply, code: string): SendOutcome {
  const isOfAll =
    reply.status === 421 ||
    stage === "connection" ||
    stage === "sender" ||
    (systemTrouble.test(reply.enhanced ?? "") && !isGreylisting(reply)) ||
    reply.status === 454;
  if (isOfAll) return trouble("server_busy", code);
  const reason = isGreylisting(reply) ? "greylisted" : "deferred";
  return {
    kind: "later",
    reason,
    code,
    afterSeconds: secondsIn(reply.text),
    isProviderWide: false,
  };
}

function isGreylisting({ text }: Reply): boolean {
  return /gr[ae]y.?list/.test(text);
}

/** "Please retry in 300 seconds", where a greylisting server says so; null otherwise, at most an hour. */
function secondsIn(text: string): number | null {
  const [, count, unit] =
    /\b(?:in|for|after|within) (\d{1,4}) ?(s|sec|seconds?|m|min|minutes?)\b/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return null;
  return Math.min(Number(count) * (unit.startsWith("m") ? 60 : 1), 3_600);
}

function refused(stage: SmtpStage, reply: Reply, code: string): SendOutcome {
  // Commands in a wrong order (503) are a fault of the conversation; the next one may go well.
  if (reply.status === 503) return trouble("bad_sequence", code);
  if (stage === "connection") return trouble("connection_refused", code);
  if (isTooLarge(reply)) return { kind: "refused", reason: "content", code };
  if (stage === "sender" || reply.status === 530 || reply.status === 535)
    return trouble("sender_refused", code);
  if (/relay/.test(reply.text)) return trouble("relaying_denied", code);
  if (/quota|rate.?limit|too many (?:messages|mails)/.test(reply.text) && stage !== "recipient")
    return trouble("over_quota", code);
  return { kind: "refused", reason: reasonOf(stage, reply), code };
}

function isTooLarge({ status, enhanced }: Reply): boolean {
  return enhanced === "5.3.4" || enhanced === "5.2.3" || (status === 552 && enhanced === undefined);
}

/** By subject and detail of RFC 3463, then by the status of RFC 5321 and RFC 7504. */
function reasonOf(stage: SmtpStage, { status, enhanced, text }: Reply): RefusalReason {
  const [, subject, detail] = enhanced?.split(".") ?? [];
  switch (subject) {
    case "1":
      return detail === "7" || detail === "8" ? "policy" : "bad_address";
    case "2":
      return detail === "1" ? "bad_address" : "other";
    case "4":
      return detail === "4" || detail === "0" ? "bad_address" : "other";
    case "6":
      return detail === "7" ? "unsupported" : "content";
    case "7":
      return reasonOfPolicy(stage, text);
    default:
      return reasonOfStatus(stage, status, text);
  }
}

function reasonOfPolicy(stage: SmtpStage, text: string): RefusalReason {
  if (/block|black.?list|banned|listed|reputation/.test(text)) return "blocked";
  return stage === "content" ? "content" : "policy";
}

const badAddressStatuses = new Set([501, 521, 550, 551, 553, 556]);

function reasonOfStatus(stage: SmtpStage, status: number, text: string): RefusalReason {
  if (stage === "content") return "content";
  if (/spam|block|black.?list|banned/.test(text)) return "blocked";
  if (badAddressStatuses.has(status)) return "bad_address";
  return status === 554 ? "policy" : "other";
}
