import { messageKinds } from "../message.ts";
import type { MessageData } from "./content.ts";
import type { MessageKind } from "./message-template.ts";

/** The name of a placeholder, the same in templates and in a message's data. */
export type PlaceholderName = keyof MessageData;

/**
 * What a placeholder is: `text` and `link` are put out, a `list` is gone through with `for`, a `flag` is asked for with
 * `if`. A `link` is the only thing that a button may lead to besides an address that is written out.
 */
export type PlaceholderType = "text" | "list" | "link" | "flag";

/** What is known of a placeholder. */
export interface Placeholder {
  readonly type: PlaceholderType;
  /** For whoever writes templates. */
  readonly about: string;
  readonly kinds: readonly MessageKind[];
  /** Whether it may stand in the subject of an e-mail. */
  readonly isInSubject: boolean;
  /** UTF-16 units kept of a value in an e-mail. Links are never shortened: a longer one is refused. */
  readonly charsMax: number;
  /** The same in an SMS; undefined where the placeholder may not be in one. */
  readonly smsCharsMax: number | undefined;
}

type Options = Partial<Omit<Placeholder, "type" | "about">>;

const visitKinds = messageKinds;
const ownKinds = messageKinds.filter(
  (kind) => kind !== "waitlist_offer" && kind !== "waitlist_taken",
);
const comingKinds: readonly MessageKind[] = [
  "confirmation",
  "change",
  "reminder",
  "please_confirm",
  "bulk_notice",
  "urgent_notice",
];
const endingKinds: readonly MessageKind[] = [
  "cancellation",
  "released",
  "follow_up",
  "bulk_notice",
  "urgent_notice",
];
const noticeKinds: readonly MessageKind[] = [
  "change",
  "cancellation",
  "released",
  "bulk_notice",
  "urgent_notice",
];
const movedKinds: readonly MessageKind[] = ["change", "bulk_notice", "urgent_notice"];
const optionalKinds: readonly MessageKind[] = ["reminder", "please_confirm", "follow_up"];

function text(about: string, options: Options = {}): Placeholder {
  return { type: "text", about, ...usual, ...options };
}

/** May be in a subject and in an SMS of every kind, because it says nothing of the visit's reason. */
function neutral(about: string, smsCharsMax: number, options: Options = {}): Placeholder {
  return text(about, { isInSubject: true, smsCharsMax, ...options });
}

function link(about: string, kinds: readonly MessageKind[]): Placeholder {
  return { type: "link", about, ...usual, kinds, charsMax: 1_000, smsCharsMax: 300 };
}

function list(about: string): Placeholder {
  return { type: "list", about, ...usual, kinds: comingKinds, charsMax: 300 };
}

function flag(about: string, kinds: readonly MessageKind[], isInSubject = false): Placeholder {
  return { type: "flag", about, ...usual, kinds, isInSubject, charsMax: 0, smsCharsMax: 0 };
}

const usual = {
  kinds: visitKinds,
  isInSubject: false,
  charsMax: 300,
  smsCharsMax: undefined,
} as const;

/**
 * Everything a template may say. The service, what it needs and what it costs are in the body of an e-mail only: a
 * subject or an SMS is read on locked screens. A name stays for good, because stored templates use it.
 */
export const placeholders: Readonly<Record<PlaceholderName, Placeholder>> = {
  administration: neutral("Name of the administration.", 60),
  administration_phone: text("Its telephone.", { smsCharsMax: 40 }),
  administration_email: text("Its e-mail address."),
  administration_url: text("Its website."),
  title: neutral("Neutral title: what the visit is called, and the administration.", 80),
  noun: neutral("What the visit is called: appointment, booking.", 20),
  is_booking: flag("Whether it is called a booking.", visitKinds, true),
  site: text("Name of the site.", { smsCharsMax: 60 }),
  site_address: text("Address of the site.", { smsCharsMax: 100 }),
  site_phone: text("Telephone of the site.", { smsCharsMax: 40 }),
  directions: text("How to get there.", { charsMax: 2_000 }),
  service: text("Name of the service, or of several."),
  first_name: text("First name of whoever booked.", { smsCharsMax: 40, charsMax: 100 }),
  date: neutral("Day of the visit: Wednesday, 3 March 2027.", 40),
  date_short: neutral("Day of the visit, short: Wed 3 Mar.", 20),
  time: neutral("When it starts: 10:15.", 30),
  time_range: neutral("From when to when: 10:15 to 10:45.", 60),
  party: text("How many people, where more than one comes."),
  reference: text("Reference to say on the telephone.", { kinds: ownKinds, smsCharsMax: 20 }),
  documents: list("What to bring, one line each."),
  fees: list("What to pay, one line each."),
  fees_total: text("Sum of what is to be paid.", { kinds: comingKinds }),
  late_note: text("What happens to whoever comes late.", { kinds: comingKinds, charsMax: 2_000 }),
  cancel_until: text("Until when it can be cancelled online.", { kinds: comingKinds }),
  until: neutral("Until when an answer is awaited, or was.", 60, {
    kinds: ["please_confirm", "released", "waitlist_offer"],
  }),
  until_short: neutral("The same, short.", 40, {
    kinds: ["please_confirm", "released", "waitlist_offer"],
  }),
  is_released_otherwise: flag("Whether the place is given away without an answer.", [
    "please_confirm",
  ]),
  is_by_citizen: flag("Whether the citizen wanted it so.", ["change", "cancellation"], true),
  old_date: neutral("Day of the visit before the change.", 40, { kinds: movedKinds }),
  old_date_short: neutral("The same, short.", 20, { kinds: movedKinds }),
  old_time: neutral("When it started before the change.", 30, { kinds: movedKinds }),
  old_site: text("Site before the change.", { kinds: movedKinds, smsCharsMax: 60 }),
  reason_text: text("Why the administration changed or cancelled it.", {
    kinds: noticeKinds,
    charsMax: 500,
    smsCharsMax: 120,
  }),
  notice_text: text("What the administration writes to those concerned.", {
    kinds: noticeKinds,
    charsMax: 5_000,
    smsCharsMax: 450,
  }),
  manage_url: link("Where the visit is seen, moved and cancelled.", comingKinds),
  confirm_url: link("Where coming is confirmed.", ["please_confirm", "reminder"]),
  cancel_url: link("Where the visit is cancelled.", comingKinds),
  move_url: link("Where the visit is moved.", comingKinds),
  offer_url: link("Where an offered place is taken, and the wish is seen.", [
    "waitlist_offer",
    "waitlist_taken",
  ]),
  feedback_url: link("Where the question about the visit is answered.", ["follow_up"]),
  booking_url: link("Where another visit is booked.", endingKinds),
  opt_out_url: link("Where reminders are switched off.", optionalKinds),
};

/** Every name, in the order in which they are listed to people. */
export const placeholderNames: readonly PlaceholderName[] =
  Object.keys(placeholders).filter(isPlaceholderName);

/** Whether a template's word names something that messages may say. */
export function isPlaceholderName(name: string): name is PlaceholderName {
  return Object.hasOwn(placeholders, name);
}

/** In an e-mail or an SMS of each kind one of each list must be said, or the message would be of no use. */
export const neededPlaceholders: Readonly<
  Record<MessageKind, readonly (readonly PlaceholderName[])[]>
> = {
  confirmation: [
    ["date", "date_short"],
    ["time", "time_range"],
  ],
  change: [
    ["date", "date_short"],
    ["time", "time_range"],
  ],
  cancellation: [["date", "date_short"]],
  reminder: [
    ["date", "date_short"],
    ["time", "time_range"],
  ],
  please_confirm: [
    ["date", "date_short"],
    ["confirm_url", "manage_url"],
  ],
  released: [["date", "date_short"]],
  follow_up: [["feedback_url"]],
  waitlist_offer: [["date", "date_short"], ["offer_url"], ["until", "until_short"]],
  waitlist_taken: [["date", "date_short"]],
  bulk_notice: [["notice_text"]],
  urgent_notice: [["notice_text"]],
};
