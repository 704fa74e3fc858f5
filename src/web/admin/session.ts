/** Who is signed in at the administrators' pages: the key, sealed, in a cookie of this browser and nowhere else. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { DomainError } from "../../errors.ts";
import { systemNow } from "../../time/clock.ts";
import type { Page } from "../page.ts";
import type { WebDeps } from "../web-env.ts";
import type { Staff } from "./admin-env.ts";

const cookieName = "admin";
const sealContext = "pages/admin-session";
/** A working day; after that the key has to be stated again. */
const sessionSeconds = 8 * 3_600;

/** Longest key that is looked at. */
export const keyLengthMax = 200;

const sessionSchema = z.strictObject({ key: z.string().max(keyLengthMax), until: z.int() });

/** Tells whom a secret key stands for; undefined for any other text. */
export async function staffOf(
  web: Pick<WebDeps, "authenticate">,
  page: Page,
  key: string,
): Promise<Staff | undefined> {
  try {
    const actor = await web.authenticate(page.tenant, `Bearer ${key}`);
    return actor.kind === "staff" ? actor : undefined;
  } catch (error) {
    if (error instanceof DomainError && error.problem.status === 401) return undefined;
    throw error;
  }
}

/** Remembers a good key for eight hours or until the browser is closed. */
export function openSession(c: Context, page: Page, key: string): void {
  const until = systemNow().getTime() + sessionSeconds * 1_000;
  const sealed = page.deps.vault.seal(
    page.tenant.id,
    sealContext,
    JSON.stringify({ key, until } satisfies z.infer<typeof sessionSchema>),
  );
  setCookie(c, cookieName, sealed.toString("base64url"), attributes(page));
}

/** Who is signed in here, by the key as it is now: one that was revoked ends the session within a second. */
export async function findStaff(
  c: Context,
  web: Pick<WebDeps, "authenticate">,
  page: Page,
): Promise<Staff | undefined> {
  const session = readSession(c, page);
  if (!session || session.until < systemNow().getTime()) return undefined;
  return staffOf(web, page, session.key);
}

/** Forgets the key on this device. */
export function closeSession(c: Context, page: Page): void {
  deleteCookie(c, cookieName, attributes(page));
}

function readSession(c: Context, page: Page): z.infer<typeof sessionSchema> | undefined {
  const sealed = getCookie(c, cookieName);
  if (!sealed) return undefined;
  try {
    const text = page.deps.vault.open(
      page.tenant.id,
      sealContext,
      Buffer.from(sealed, "base64url"),
    );
    return sessionSchema.parse(JSON.parse(text));
  } catch {
    // Whoever altered the cookie, or comes from another administration, signs in like somebody without one.
    return undefined;
  }
}

function attributes(page: Page) {
  return {
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    secure: page.origin.startsWith("https:"),
  } as const;
}
