import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { RequestContext } from "../context.ts";

/** What every handler finds: `c.get("context")` under `/v1/{tenant}`, `c.get("requestId")` everywhere. */
export interface AppEnv {
  /** Node's own request and response; missing when the app is called in-process. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** Aborts when the client is gone or the request's deadline has passed. */
    signal: AbortSignal;
    /** Set for routes of a tenant only. */
    context: RequestContext;
  };
}

export type AppContext = Context<AppEnv>;
