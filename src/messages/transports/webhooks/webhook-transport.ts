import { Agent as PlainAgent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { systemNow } from "../../../time/clock.ts";
import { type Exchange, exchange } from "../http/exchange.ts";
import { retryAfterSeconds } from "../http/retry-after.ts";
import { createUnderWay } from "../http/under-way.ts";
import type { SendOutcome, Transport } from "../transport.ts";
import type { OutgoingWebhook } from "../webhook.ts";
import { signWebhook } from "./sign-webhook.ts";
import { createGuardedLookup, type EgressRules, findTargetFault } from "./webhook-target.ts";

export interface WebhookOptions {
  readonly egress: EgressRules;
  /** Connections of this process at most. */
  readonly connections: number;
  /** PEM of an authority trusted instead of the system's. */
  readonly authority?: string;
}

/** Whoever is slower is asked again later; Standard Webhooks advises 15 to 30 s. */
const timeLimitMs = 15_000;
/** Nobody reads what endpoints answer; so much is taken to keep the connection. */
const answerBytesMax = 16_384;
const bodyBytesMax = 262_144;
const idleMs = 4_000;

/**
 * Posts signed events to addresses that administrations chose (Standard Webhooks). An endpoint's trouble is never the
 * provider's: nobody else waits for it.
 */
export function createWebhookTransport({
  egress,
  connections,
  authority,
}: WebhookOptions): Transport<OutgoingWebhook> {
  const agentOptions = {
    keepAlive: true,
    maxTotalSockets: connections,
    maxFreeSockets: connections,
    timeout: idleMs,
    lookup: createGuardedLookup(egress),
  };
  const secure = new SecureAgent({
    ...agentOptions,
    ...(authority === undefined ? {} : { ca: authority }),
  });
  const plain = new PlainAgent(agentOptions);
  const underWay = createUnderWay();
  const post = async (webhook: OutgoingWebhook, signal: AbortSignal): Promise<SendOutcome> => {
    const refusal = refusalOf(webhook, egress);
    if (refusal) return refusal;
    const signed = signWebhook(webhook, systemNow().getTime());
    if (!signed) return refused("bad_secret");
    const url = new URL(webhook.url);
    const result = await exchange(
      {
        method: "POST",
        url,
        headers: { "Content-Type": "application/json; charset=utf-8", ...signed },
        body: webhook.body,
      },
      {
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)]),
        bodyBytesMax: answerBytesMax,
        agent: url.protocol === "https:" ? secure : plain,
      },
    );
    return outcomeOf(result, systemNow().getTime());
  };
  return {
    send: (webhook, { signal }) => underWay.run(() => post(webhook, signal)),
    close: async () => {
      await underWay.ended();
      secure.destroy();
      plain.destroy();
    },
  };
}

function refusalOf(
  { id, url, body }: OutgoingWebhook,
  egress: EgressRules,
): SendOutcome | undefined {
  const fault = findTargetFault(url, egress);
  if (fault) return refused(fault);
  if (!/^[\w.-]{1,100}$/.test(id)) return refused("bad_id");
  return Buffer.byteLength(body) > bodyBytesMax ? refused("too_large") : undefined;
}

function refused(code: string): SendOutcome {
  return { kind: "refused", reason: "policy", code };
}

function outcomeOf(result: Exchange, now: number): SendOutcome {
  switch (result.kind) {
    case "not_sent":
      return result.reason === "blocked_address"
        ? refused("not_public")
        : later(result.reason, null, null);
    case "no_answer":
      return { kind: "unknown", reason: result.reason };
    case "answered": {
      const { status, header } = result.answer;
      if (status >= 200 && status < 300) return { kind: "accepted", providerReference: null };
      const code = `http_${status}`;
      // 410 says that nobody wants these any more.
      if (status === 410) return { kind: "refused", reason: "blocked", code };
      const reason = status < 400 ? "redirected" : "not_taken";
      return later(reason, code, retryAfterSeconds(header("retry-after"), now));
    }
  }
}

function later(reason: string, code: string | null, afterSeconds: number | null): SendOutcome {
  return { kind: "later", reason, code, afterSeconds, isProviderWide: false };
}
