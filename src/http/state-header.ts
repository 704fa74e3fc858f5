import type { AppContext } from "./app-env.ts";

/**
 * States a header of the answer before there is one; a handler's own header of the same name takes its place. On a real
 * connection it goes to Node's response, because an answer whose headers are a plain object is written out as it is,
 * while Hono's prepared headers cost each request as much as the rest of the framework.
 */
export function stateHeader(c: AppContext, name: string, value: string): void {
  const { outgoing } = c.env;
  if (outgoing) outgoing.setHeader(name, value);
  else c.header(name, value);
}
