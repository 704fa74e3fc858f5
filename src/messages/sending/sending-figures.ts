import type { AttemptOutcome, MessageChannel, MessageKind } from "../message-state.ts";

/** One attempt, as the process's figures count it. */
export interface AttemptFigure {
  readonly channel: MessageChannel;
  readonly provider: string;
  readonly kind: MessageKind;
  readonly outcome: AttemptOutcome;
  readonly seconds: number;
  /** From when it was due until it was taken, in seconds; undefined for what was not. */
  readonly lagSeconds: number | undefined;
}

/** The part of the process's figures that sending uses. */
export interface SendingFigures {
  readonly messageAttempted: (attempt: AttemptFigure) => void;
  /** Age in seconds of the message that has been due the longest, by channel; undefined withdraws it. */
  readonly setMessageLag: (channel: MessageChannel, seconds: number | undefined) => void;
  /** Messages that are due or on their way, by channel; undefined withdraws it. */
  readonly setMessagesWaiting: (channel: MessageChannel, count: number | undefined) => void;
  /** Whether sending is paused for the whole installation; undefined withdraws it. */
  readonly setSendingPaused: (isPaused: boolean | undefined) => void;
}
