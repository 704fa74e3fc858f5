import type { Database } from "./db/database.ts";
import type { Vault } from "./db/vault.ts";

/** The languages of the pages and messages. */
export const languages = ["it", "de", "fr", "en"] as const;
export type Language = (typeof languages)[number];

/** A text in one or more languages; at least one is there. */
export type LocalizedText = Readonly<Partial<Record<Language, string>>>;

/** How a citizen reached us. */
export const channels = ["web", "phone", "counter", "kiosk", "api"] as const;
export type Channel = (typeof channels)[number];

/** What every verb may use. Verbs state the part they need with `Pick<Deps, …>`. */
export interface Deps {
  readonly db: Database;
  readonly vault: Vault;
}

/** One administration, as a request sees it. */
export interface Tenant {
  readonly id: string;
  readonly slug: string;
  readonly name: LocalizedText;
  readonly languages: readonly Language[];
  readonly defaultLanguage: Language;
  /** IANA zone of the administration; sites have their own. */
  readonly timeZone: string;
  readonly holidayCountry: string;
  readonly holidayRegion: string | null;
  readonly contact: {
    readonly phone?: string;
    readonly email?: string;
    readonly address?: string;
    readonly url?: string;
  };
  /** In training nothing is sent and everything is marked. */
  readonly isTraining: boolean;
}

/** Scopes of secret keys. `admin` includes all others. */
export const scopes = ["admin", "catalog", "schedule", "appointments", "audit"] as const;
export type Scope = (typeof scopes)[number];

/**
 * Who asks. `anonymous` and `widget` book for citizens; `citizen` holds one appointment's manage token, `waiting` the one
 * of a wish on the waitlist; `bulk` is an operation that staff started.
 */
export type Actor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "widget"; readonly keyId: string }
  | { readonly kind: "citizen"; readonly appointmentId: string }
  | { readonly kind: "waiting"; readonly entryId: string }
  | { readonly kind: "staff"; readonly keyId: string; readonly scopes: readonly Scope[] }
  | { readonly kind: "bulk"; readonly operationId: string }
  | { readonly kind: "system" };

/** What a verb knows of the request that called it. */
export interface RequestContext {
  readonly tenant: Tenant;
  readonly actor: Actor;
  readonly requestId: string;
  /** Aborts when the client is gone or the request's deadline has passed; checked before every commit. */
  readonly signal?: AbortSignal;
}
