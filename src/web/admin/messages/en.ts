import type { itAdminMessages } from "./it.ts";

/** English texts of the administrators' pages. */
export const enAdminMessages: Readonly<Record<keyof typeof itAdminMessages, string>> = {
  admin: "Administration",
  conflicts_about:
    "Appointments that lost their place to a change of hours, and what to do with each.",
  conflicts_title: "In conflict",
  key_hint:
    "It begins with “spo_sk_” and stays in this browser for eight hours, or until you sign out.",
  key_label: "Secret key",
  key_wrong: "This key is not valid here. Check that you copied all of it, or ask for a new one.",
  no_sections: "This key allows nothing on these pages.",
  not_allowed_text: "Your key is not enough for this page. Ask for one that allows it.",
  not_allowed_title: "Not allowed",
  not_found_text: "There is nothing at this address, or not any more.",
  proposals_about: "Close a day, change hours or places: see whom it hits before it applies.",
  proposals_title: "Proposals",
  sections_nav: "Sections",
  sign_in: "Sign in",
  sign_in_title: "Sign in to the administration",
  sign_out: "Sign out",
  to_overview: "To the overview",
};
