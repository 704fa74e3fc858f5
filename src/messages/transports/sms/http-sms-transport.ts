import { Agent as PlainAgent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { systemNow } from "../../../time/clock.ts";
import { exchange } from "../http/exchange.ts";
import { createUnderWay } from "../http/under-way.ts";
import type { OutgoingSms, SendOutcome, Transport } from "../transport.ts";
import { isPhoneNumber, isSmsSender } from "./phone-number.ts";
import { readAnswer } from "./read-answer.ts";
import type { SmsProvider } from "./sms-provider.ts";
import { writeRequest } from "./write-request.ts";

export interface HttpSmsOptions {
  readonly provider: SmsProvider;
  /** Address of receipts for `{receipt_url}`; empty where none come. */
  readonly receiptUrl: string;
  /** PEM of an authority trusted instead of the system's. */
  readonly authority?: string;
}

/** Bytes of an answer that are read; providers answer a few hundred. */
const answerBytesMax = 65_536;

/** Below the five seconds after which common servers close idle connections, so that none is used as it closes. */
const idleMs = 4_000;

/** Hands SMS to a provider's HTTP interface, one request each. Waits that a provider asks for are the sender's. */
export function createHttpSmsTransport({
  provider,
  receiptUrl,
  authority,
}: HttpSmsOptions): Transport<OutgoingSms> {
  const agentOptions = {
    keepAlive: true,
    maxSockets: provider.connections,
    maxFreeSockets: provider.connections,
    timeout: idleMs,
  };
  const agent = provider.request.url.startsWith("https:")
    ? new SecureAgent({ ...agentOptions, ...(authority === undefined ? {} : { ca: authority }) })
    : new PlainAgent(agentOptions);
  const handOver = async (sms: OutgoingSms, signal: AbortSignal): Promise<SendOutcome> => {
    const request = writeRequest(provider, sms, { receiptUrl, now: systemNow().getTime() });
    const result = await exchange(request, { signal, bodyBytesMax: answerBytesMax, agent });
    if (result.kind === "answered")
      return readAnswer(result.answer, provider.answer, systemNow().getTime());
    const { reason } = result;
    if (result.kind === "no_answer") return { kind: "unknown", reason };
    return { kind: "later", reason, code: null, afterSeconds: null, isProviderWide: true };
  };
  const underWay = createUnderWay();
  return {
    send: async (sms, { signal }) => refusalOf(sms) ?? underWay.run(() => handOver(sms, signal)),
    close: async () => {
      await underWay.ended();
      agent.destroy();
    },
  };
}

/** What is wrong with an SMS before anybody is asked. */
export function refusalOf({ to, sender, text }: OutgoingSms): SendOutcome | undefined {
  if (!isPhoneNumber(to)) return { kind: "refused", reason: "bad_address", code: null };
  if (!isSmsSender(sender)) return { kind: "refused", reason: "other", code: "bad_sender" };
  return text === "" ? { kind: "refused", reason: "content", code: "empty" } : undefined;
}
