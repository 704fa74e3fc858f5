/** The pages' cookies: the sealed draft of a booking, and the tokens exchanged for their links. */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { Draft } from "./draft.ts";
import { draftPartsMax, packDraft, unpackDraft } from "./draft.ts";
import type { Page } from "./page.ts";

const draftName = "draft";
const manageName = "manage";
const waitlistName = "waitlist";
/** A draft is forgotten two hours after it was last touched: the longest hold with all its extensions is shorter or renewed. */
const draftSeconds = 7_200;

/** The draft of this browser for this administration, if there is one. */
export function readDraft(c: Context, page: Page): Draft | undefined {
  const parts = draftNames().map((name) => getCookie(c, name) ?? "");
  const count = parts.findIndex((part) => part === "");
  return unpackDraft(page.deps, page.tenant.id, count === -1 ? parts : parts.slice(0, count));
}

/** Keeps the draft in the browser; false when it is too large to keep. */
export function writeDraft(c: Context, page: Page, draft: Draft): boolean {
  const parts = packDraft(page.deps, page.tenant.id, draft);
  if (!parts) return false;
  draftNames().forEach((name, i) => {
    const part = parts[i];
    setCookie(c, name, part ?? "", {
      ...attributes(page),
      maxAge: part === undefined ? 0 : draftSeconds,
    });
  });
  return true;
}

/** The manage token of this browser, until the browser is closed or the citizen leaves. */
export function readManageToken(c: Context): string | undefined {
  return getCookie(c, manageName) || undefined;
}

/** Puts the token where no script, log or address shows it. */
export function writeManageToken(c: Context, page: Pick<Page, "origin">, token: string): void {
  setCookie(c, manageName, token, attributes(page));
}

/** Forgets the tokens on this device. */
export function clearManageToken(c: Context, page: Pick<Page, "origin">): void {
  for (const name of [manageName, waitlistName])
    setCookie(c, name, "", { ...attributes(page), maxAge: 0 });
}

/** The token of this browser's wish on the waitlist, until the browser is closed or the citizen leaves. */
export function readWaitlistToken(c: Context): string | undefined {
  return getCookie(c, waitlistName) || undefined;
}

/** Puts the wish's token where no script, log or address shows it. */
export function writeWaitlistToken(c: Context, page: Pick<Page, "origin">, token: string): void {
  setCookie(c, waitlistName, token, attributes(page));
}

function attributes(page: Pick<Page, "origin">) {
  return {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure: page.origin.startsWith("https:"),
  } as const;
}

function draftNames(): string[] {
  return Array.from({ length: draftPartsMax }, (_, i) => `${draftName}${i}`);
}
