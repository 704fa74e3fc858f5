/** By which way a message reaches its recipient. */
export const messageChannels = ["email", "sms", "webhook"] as const;

/** What a message is about. */
export const messageKinds = [
  "confirmation",
  "change",
  "cancellation",
  "reminder",
  "please_confirm",
  "released",
  "follow_up",
  "waitlist_offer",
  "waitlist_taken",
  "bulk_notice",
  "urgent_notice",
] as const;
