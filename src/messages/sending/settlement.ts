import type { SendOutcome } from "../transports/transport.ts";
import { backOffMs } from "./back-off.ts";
import type { SettlementRow } from "./queries.ts";

/** What a message is settled by: the attempt, how long it may go on, and what it was charged. */
export interface SettleFacts {
  readonly id: string;
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly notAfter: number;
  readonly provider: string;
  readonly parts: number | null;
  readonly costMicros: number;
  /** Whether a repetition under the same reference is recognised by the provider, so that it never goes out twice. */
  readonly isRepeatable: boolean;
}

const blank = {
  end_reason: null,
  next_ms: null,
  outcome: null,
  outcome_reason: null,
  code: null,
  duration_ms: null,
  provider: null,
  provider_reference: null,
  parts: null,
  cost_micros: 0,
} as const;

/** A message that is not sent after all, without an attempt. */
export function settleUnsent(
  message: { readonly id: string; readonly attempt: number },
  how:
    | { readonly status: "discarded" | "failed"; readonly reason: string }
    | { readonly status: "planned"; readonly nextAt: number },
): SettlementRow {
  const { id, attempt } = message;
  if (how.status === "planned")
    return { ...blank, id, attempt, status: "planned", next_ms: how.nextAt };
  return { ...blank, id, attempt, status: how.status, end_reason: how.reason };
}

/** An attempt that has ended. Times in epoch milliseconds. */
export interface EndedAttempt {
  readonly outcome: SendOutcome;
  readonly now: number;
  readonly durationMs: number;
  /** 0 to 1. */
  readonly random: number;
}

/** Attempts without an answer after which a message that could go out twice is left to people. */
const unknownAttemptsMax = 2;

/** What an attempt makes of a message: sent, given up, or due again. Pure. */
export function settleAttempt(facts: SettleFacts, ended: EndedAttempt): SettlementRow {
  const { outcome } = ended;
  const attempted = {
    ...blank,
    id: facts.id,
    attempt: facts.attempt,
    outcome: outcome.kind,
    duration_ms: Math.round(ended.durationMs),
    provider: facts.provider,
    parts: facts.parts,
  };
  switch (outcome.kind) {
    case "accepted":
      return {
        ...attempted,
        status: "sent",
        provider_reference: outcome.providerReference,
        cost_micros: facts.costMicros,
      };
    case "refused":
      return {
        ...attempted,
        status: "failed",
        end_reason: outcome.reason,
        outcome_reason: outcome.reason,
        code: outcome.code,
      };
    case "later":
      return {
        ...attempted,
        ...again(facts, ended, { kind: "later", afterSeconds: outcome.afterSeconds }),
        outcome_reason: wordOf(outcome.reason),
        code: outcome.code,
      };
    case "unknown":
      return {
        ...attempted,
        ...afterSilence(facts, ended),
        outcome_reason: wordOf(outcome.reason),
        cost_micros: facts.costMicros,
      };
  }
}

/** A reason as it is kept: one short word. */
function wordOf(reason: string): string {
  const word = reason
    .toLowerCase()
    .replace(/[^a-z]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40);
  return word === "" ? "other" : word;
}

type Next = Pick<SettlementRow, "status" | "end_reason" | "next_ms">;

function again(
  facts: SettleFacts,
  { now, random }: EndedAttempt,
  patience: { readonly kind: "later" | "unknown"; readonly afterSeconds: number | null },
): Next {
  const nextAt = now + backOffMs({ ...patience, attempt: facts.attempt, random });
  if (nextAt > facts.notAfter)
    return {
      status: patience.kind === "unknown" ? "unknown" : "failed",
      end_reason: patience.kind === "unknown" ? "no_answer" : "gave_up",
      next_ms: null,
    };
  return { status: "planned", end_reason: null, next_ms: nextAt };
}

/** May have gone out: repeated under the same name where that cannot cost the citizen a second message and money. */
function afterSilence(facts: SettleFacts, ended: EndedAttempt): Next {
  if (!facts.isRepeatable && facts.attempt >= unknownAttemptsMax)
    return { status: "unknown", end_reason: "no_answer", next_ms: null };
  return again(facts, ended, { kind: "unknown", afterSeconds: null });
}
