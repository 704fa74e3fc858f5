import type { Book } from "../appointments/batch/book-in-batches.ts";
import type { KeepTime } from "../slots/holds/hold-in-batches.ts";
import type { Context } from "hono";
import type { Actor, Deps, Tenant } from "../context.ts";
import type { AppEnv } from "../http/app-env.ts";
import type { Page } from "./page.ts";

/** What the pages need beyond the verbs. */
export interface WebDeps extends Deps {
  /** Books and holds as the API does, gathered with its requests. */
  readonly book: Book;
  readonly keepTime: KeepTime;
  /** Finds the administration of an address. */
  readonly findTenant: (slug: string) => Promise<Tenant | undefined>;
  /** Tells who an `Authorization` value stands for. Throws `not-signed-in`. */
  readonly authenticate: (tenant: Tenant, authorization: string | undefined) => Promise<Actor>;
  /** Called with what failed through a fault of ours; the citizen sees a page that says so. */
  readonly onFault: (error: unknown, requestId: string) => void;
  /** Whether what would be sent can be read at `/dev/mailbox`: with the embedded database only. */
  readonly hasMailbox: boolean;
  /** Origin under which citizens reach the pages, without a slash at the end. */
  readonly publicUrl: string;
}

/** What a handler of a page finds besides the request's own. */
export interface WebEnv {
  Bindings: AppEnv["Bindings"];
  Variables: AppEnv["Variables"] & { page: Page; web: WebDeps };
}

export type WebContext = Context<WebEnv>;

/** Goes on to another page of the same administration with GET. */
export function goTo(c: WebContext, path: string): Response {
  return c.redirect(path, 303);
}

/** The fields of a sent form; forms of the pages are urlencoded, so any other body has none. */
export async function readFields(c: Pick<WebContext, "req">): Promise<URLSearchParams> {
  const type = c.req.header("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) return new URLSearchParams();
  return new URLSearchParams(await c.req.text());
}
