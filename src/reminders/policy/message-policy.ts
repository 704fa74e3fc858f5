/** Which way a message takes: the first that the citizen can be reached by, one only, or both. */
export const channelChoices = ["email_first", "sms_first", "email", "sms", "both"] as const;
export type ChannelChoice = (typeof channelChoices)[number];

/** Which messages a service sends when. Offsets are in minutes; whole days are counted on the wall clock. */
export interface MessagePolicy {
  /** Null: none. */
  readonly confirmation: { readonly channels: ChannelChoice } | null;
  /** Changes, cancellations and releases: they cannot be switched off. */
  readonly notices: { readonly channels: ChannelChoice };
  /** Before the visit; each offset once. */
  readonly reminders: readonly {
    readonly offset_minutes: number;
    readonly channels: ChannelChoice;
  }[];
  /** Asks the citizen to say that he comes. */
  readonly please_confirm: {
    readonly offset_minutes: number;
    readonly channels: ChannelChoice;
    /** So long before the visit an answer is awaited. */
    readonly answer_minutes: number;
    /** Whether the place is given away without one. */
    readonly is_released: boolean;
  } | null;
  /** After the visit: how was it? */
  readonly follow_up: {
    readonly offset_minutes: number;
    readonly channels: ChannelChoice;
  } | null;
  /** Whether an operator calls those who can only be reached by telephone, for reminders too. */
  readonly has_phone_reminders: boolean;
}

/** What holds until an administration says otherwise. */
export const defaultPolicy: MessagePolicy = {
  confirmation: { channels: "email_first" },
  notices: { channels: "email_first" },
  reminders: [{ offset_minutes: 2_880, channels: "email_first" }],
  please_confirm: null,
  follow_up: null,
  has_phone_reminders: true,
};
