/** What availability is compared with: a Hono handler that does nothing but return a text of the size it is told. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();
let body = "{}";

app.get("*", (c) => {
  c.header("Content-Type", "application/json");
  return c.body(body);
});

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.send?.(port));

process.on("message", (bytes) => {
  body = JSON.stringify("x".repeat(Number(bytes) - 2));
  process.send?.(bytes);
});
process.on("disconnect", () => process.exit(0));
