/** Making a proposal by form. */
import { DomainError } from "../../../errors.ts";
import { createProposal } from "../../../scheduling/proposals/create-proposal.ts";
import { pathTo } from "../../page.ts";
import { readFields } from "../../web-env.ts";
import type { AdminContext } from "../admin-env.ts";
import { loadPlaces } from "../places.ts";
import { changeOf, formQuery, loadOpenings, readChangeForm } from "./change-form.ts";
import { chooseFormPage, chooseOpeningPage, closePage, openingPage } from "./new-page.ts";
import { refusalWords } from "./refusal-words.ts";

/** `GET /admin/proposals/new`: the kinds of change, or the form of one, with its faults after `check`. */
export async function showNewProposal(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const query = new URL(c.req.url).searchParams;
  const form = readChangeForm(query);
  if (!form) return c.html(chooseFormPage(page));
  const places = await loadPlaces(page);
  const refused = query.get("refused");
  const read = query.has("check") ? changeOf(page, form) : undefined;
  const state = {
    places,
    errors: read && "errors" in read ? read.errors : [],
    refusal: refused === null ? undefined : refusalWords(page, refused),
  };
  if (form.kind !== "opening") return c.html(closePage(page, form, state));
  const openings = await loadOpenings(page);
  const opening = openings.find((one) => one.id === form.opening);
  if (!opening) return c.html(chooseOpeningPage(page, { openings, places }));
  return c.html(openingPage(page, form, { ...state, opening }));
}

/** `POST /admin/proposals`: computes, and leads to what was found or back to the form. */
export async function makeProposal(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const form = readChangeForm(await readFields(c));
  if (!form) return c.redirect(pathTo(page, "/admin/proposals/new"), 303);
  const back = (more: Readonly<Record<string, string>>): Response =>
    c.redirect(pathTo(page, `/admin/proposals/new?${formQuery(form, more)}`), 303);
  const read = changeOf(page, form);
  if ("errors" in read) return back({ check: "1" });
  try {
    const { id } = await createProposal(page.deps, page.context, read);
    return c.redirect(pathTo(page, `/admin/proposals/${id}`), 303);
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem.status >= 429) throw error;
    return back({ refused: error.problem.slug });
  }
}
