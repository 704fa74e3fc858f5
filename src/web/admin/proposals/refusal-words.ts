import type { AdminPage } from "../admin-env.ts";
import type { AdminMessageKey } from "../translate.ts";

const texts: Readonly<Record<string, AdminMessageKey>> = {
  "openings-overlap": "refused_overlap",
  "opening-hindered": "refused_hindered",
  "proposal-too-large": "refused_too_large",
  "conflicting-change": "refused_changed",
  retired: "refused_changed",
  "not-found": "refused_changed",
  "proposal-over": "refused_over",
};

/** Why a change was refused, by the slug of the problem; the general thing for any other. */
export function refusalWords(page: AdminPage, slug: string): string {
  return page.tell(texts[slug] ?? "form_wrong");
}
