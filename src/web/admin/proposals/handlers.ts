/** Seeing, applying and dropping proposals. */
import { DomainError } from "../../../errors.ts";
import { applyProposal } from "../../../scheduling/proposals/apply-proposal.ts";
import { dropProposal } from "../../../scheduling/proposals/drop-proposal.ts";
import { getProposal } from "../../../scheduling/proposals/get-proposal.ts";
import { listConcernedBy } from "../../../scheduling/proposals/list-concerned.ts";
import { listProposals } from "../../../scheduling/proposals/list-proposals.ts";
import { outcomes } from "../../../scheduling/proposals/proposal.ts";
import { isId } from "../../../http/text-schema.ts";
import type { Notice } from "../../layout.ts";
import { pathTo } from "../../page.ts";
import { readFields } from "../../web-env.ts";
import { type AdminContext, type AdminPage, mayDo } from "../admin-env.ts";
import type { AdminMessageKey } from "../translate.ts";
import { missing } from "../missing.ts";
import { loadChangeWords } from "./change-words.ts";
import { proposalsPage } from "./list-page.ts";
import { refusalWords } from "./refusal-words.ts";
import { concernedPage, proposalPage } from "./show-page.ts";

/** `GET /admin/proposals`. */
export async function showProposals(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const cursor = c.req.query("cursor");
  const found = await listProposals(page.deps, page.context, { limit: 20, cursor });
  return c.html(proposalsPage(page, { items: found.items, nextCursor: found.next_cursor }));
}

/** `GET /admin/proposals/{id}`. */
export async function showProposal(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const proposal = await getProposal(page.deps, page.context, idOf(c));
  const notice = noticeOf(page, c.req.query("done"));
  const words = await loadChangeWords(page, proposal.changes);
  return c.html(proposalPage(page, proposal, { words, notice }));
}

/** `GET /admin/proposals/{id}/appointments`. */
export async function showConcerned(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const id = idOf(c);
  const outcome = outcomes.find((one) => one === c.req.query("outcome")) ?? "conflict";
  const isWithoutContact = c.req.query("contact") === "no";
  const request = {
    outcome,
    cursor: c.req.query("cursor"),
    has_contact: isWithoutContact ? false : undefined,
  };
  const found = await listConcernedBy(page.deps, page.context, { id, request });
  const list = { id, outcome, isWithoutContact, items: found.items, nextCursor: found.next_cursor };
  return c.html(concernedPage(page, list));
}

/** `POST /admin/proposals/{id}/apply`: what is stale comes back with its new numbers. */
export async function applyShown(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const id = idOf(c);
  const snapshot = (await readFields(c)).get("snapshot") ?? "";
  const to = (done: string): Response =>
    c.redirect(pathTo(page, `/admin/proposals/${id}?done=${done}`), 303);
  try {
    const { status } = await applyProposal(page.deps, page.context, { id, snapshot });
    return to(status);
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem.status !== 409) throw error;
    return to(error.problem.slug);
  }
}

/** `POST /admin/proposals/{id}/drop`. */
export async function dropShown(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const id = idOf(c);
  await dropProposal(page.deps, page.context, id);
  return c.redirect(pathTo(page, `/admin/proposals/${id}?done=dropped`), 303);
}

function idOf(c: AdminContext): string {
  const id = c.req.param("id") ?? "";
  if (!isId(id)) throw missing();
  return id;
}

const doneTexts: Readonly<Record<string, AdminMessageKey>> = {
  applied: "done_applied",
  applying: "done_applying",
  dropped: "done_dropped",
};

function noticeOf(page: AdminPage, done: string | undefined): Notice | undefined {
  if (done === undefined) return undefined;
  const key = doneTexts[done];
  if (key === undefined) {
    const title = done === "proposal-stale" ? page.tell("done_stale") : refusalWords(page, done);
    return { kind: "alert", title };
  }
  const toConflicts = done === "applied" && mayDo(page, "appointments");
  return {
    kind: "status",
    title: page.tell(key),
    ...(toConflicts ? { body: page.tell("then_conflicts") } : {}),
  };
}
