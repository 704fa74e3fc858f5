import type { MessageData } from "../../messages/content/content.ts";

type Links = Pick<
  MessageData,
  | "manage_url"
  | "confirm_url"
  | "cancel_url"
  | "move_url"
  | "feedback_url"
  | "opt_out_url"
  | "booking_url"
>;

/** Where a citizen's links lead. */
export interface LinkSource {
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** The appointment's manage token: whoever has it may see, move and cancel. */
  readonly token: string;
  readonly language: string;
  readonly slug: string;
}

/** The links of one appointment. None of them changes anything by being opened. */
export function linksOf({ publicUrl, token, language, slug }: LinkSource): Links {
  const own = `${publicUrl}/m/${token}`;
  return {
    manage_url: own,
    confirm_url: `${own}/confirm`,
    cancel_url: `${own}/cancel`,
    move_url: `${own}/move`,
    feedback_url: `${own}/feedback`,
    opt_out_url: `${own}/reminders`,
    booking_url: `${publicUrl}/${language}/${slug}/`,
  };
}
