import type { Language } from "../../context.ts";
import type { MessageChannel, MessageKind, Priority, SubjectKind } from "../message-state.ts";

/** What a message is told of what happened: ids, instants and enumerated values, never a name, contact or token. */
export type MessageFacts = Readonly<Record<string, string | number | boolean | null>>;

/** A message to be kept until it is due. Instants are epoch milliseconds. */
export interface PlannedMessage {
  readonly id: string;
  readonly subject: { readonly kind: SubjectKind; readonly id: string; readonly version: number };
  readonly kind: MessageKind;
  readonly channel: MessageChannel;
  readonly language: Language;
  /** Tells several of one kind apart: minutes before the visit for reminders, else 0. */
  readonly offsetMinutes: number;
  /** Address or number in its one written form; null for webhooks. */
  readonly recipient: string | null;
  /** The webhook's endpoint; null for everything else. */
  readonly endpointId: string | null;
  readonly facts: MessageFacts;
  readonly dueAt: number;
  /** When it is no longer worth sending; at least `dueAt`. */
  readonly notAfter: number;
  readonly isTraining: boolean;
  /** Its turn among those that are due, where it is not that of its kind: one of thousands stands behind a single one. */
  readonly priority?: Priority;
}
