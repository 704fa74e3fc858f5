import type { Hono } from "hono";
import type { AdminEnv } from "../admin-env.ts";
import { forScope } from "../for-scope.ts";
import { changeSettings, showWaitlist, showWaitlists, withdrawShown } from "./handlers.ts";
import { addEntry, showNewEntry } from "./new-handlers.ts";

/** Adds the pages of the waitlist to the administrators' pages: who waits for clerks, the settings for administrators. */
export function addWaitlistPages(pages: Hono<AdminEnv>): void {
  pages.use("/waitlist/*", forScope("appointments"));
  pages.get("/waitlist", showWaitlists);
  pages.get("/waitlist/:service", showWaitlist);
  pages.post("/waitlist/:service/settings", forScope("admin"), changeSettings);
  pages.get("/waitlist/:service/new", showNewEntry);
  pages.post("/waitlist/:service/new", addEntry);
  pages.post("/waitlist/:service/entries/:id/withdraw", withdrawShown);
}
