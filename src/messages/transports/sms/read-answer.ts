import type { HttpAnswer } from "../http/exchange.ts";
import { retryAfterSeconds } from "../http/retry-after.ts";
import type { SendOutcome } from "../transport.ts";
import { type Document, findValue, readDocument } from "./find-value.ts";
import type { AnswerRules } from "./sms-provider.ts";

/**
 * What an answer means, by the first rule that fits it and else by its status alone: 2xx is accepted where there are no
 * rules to say otherwise, 429 and 503 close the provider for a while, a fault of the provider's own (500, 502, 504) may
 * have come after it took the message. `now` is epoch milliseconds.
 */
export function readAnswer(answer: HttpAnswer, rules: AnswerRules, now: number): SendOutcome {
  const document = documentOf(answer, rules);
  const code = (rules.code && document && findValue(document, rules.code)) ?? null;
  const facts: Facts = {
    status: answer.status,
    code,
    reference: (rules.reference && document && findValue(document, rules.reference)) ?? null,
    afterSeconds: retryAfterSeconds(answer.header("retry-after"), now),
  };
  const rule = rules.rules.find((one) => fits(one, facts));
  return rule ? outcomeOfRule(rule, facts) : outcomeOfStatus(facts, rules.rules.length > 0);
}

interface Facts {
  readonly status: number;
  readonly code: string | null;
  readonly reference: string | null;
  readonly afterSeconds: number | null;
}

function documentOf({ body, isWhole }: HttpAnswer, { format }: AnswerRules): Document | undefined {
  if (format === "none" || !isWhole) return undefined;
  return readDocument(body.toString("utf8"), format);
}

type Rule = AnswerRules["rules"][number];

function fits({ status, code }: Rule, facts: Facts): boolean {
  const isStatus = status?.some((one) =>
    typeof one === "number"
      ? one === facts.status
      : Number(one[0]) === Math.floor(facts.status / 100),
  );
  const isCode = code && facts.code !== null && code.includes(facts.code);
  return (isStatus ?? true) && (code === undefined || isCode === true);
}

function outcomeOfRule(rule: Rule, facts: Facts): SendOutcome {
  const code = codeOf(facts);
  switch (rule.means) {
    case "accepted":
      return { kind: "accepted", providerReference: facts.reference };
    case "refused":
      return { kind: "refused", reason: rule.reason ?? "other", code };
    case "unknown":
      return { kind: "unknown", reason: "answer_unclear" };
    case "later":
      return {
        kind: "later",
        reason: facts.status === 429 ? "rate_limited" : "provider_says_later",
        code,
        afterSeconds: facts.afterSeconds ?? rule.after_seconds ?? null,
        isProviderWide: rule.is_provider_wide ?? true,
      };
  }
}

function codeOf({ code, status }: Facts): string {
  return code ?? `http_${status}`;
}

function outcomeOfStatus(facts: Facts, hasRules: boolean): SendOutcome {
  const { status, afterSeconds, reference } = facts;
  const code = codeOf(facts);
  const later = (reason: string): SendOutcome => ({
    kind: "later",
    reason,
    code,
    afterSeconds,
    isProviderWide: true,
  });
  if (status >= 200 && status < 300)
    return hasRules
      ? { kind: "unknown", reason: "answer_not_understood" }
      : { kind: "accepted", providerReference: reference };
  if (status < 400) return later("redirected");
  if (status === 429) return later("rate_limited");
  if (status === 503) return later("unavailable");
  if (status === 401 || status === 402 || status === 403 || status === 404 || status === 405)
    return later("not_let_in");
  if (status === 408 || status === 425) return later("not_taken");
  if (status >= 500) return { kind: "unknown", reason: "provider_fault" };
  return { kind: "refused", reason: "other", code };
}
